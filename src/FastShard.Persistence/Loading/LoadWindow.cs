using FastShard.Memory;

namespace FastShard.Persistence.Loading;

/// <summary>
/// A piece of a file in memory, and the records that were found whole in it, by shard. It is used again when all shards
/// are done with their records.
/// </summary>
internal sealed class LoadWindow : IDisposable
{
    private readonly RdbLoad _load;
    private int _users;

    public LoadWindow(RdbLoad load, int shards)
    {
        _load = load;
        Batches = new LoadBatch[shards];
        for (int shard = 0; shard < shards; shard++) Batches[shard] = new LoadBatch(load, this, shard);
    }

    /// <summary>The bytes.</summary>
    public NativeBuffer Bytes { get; } = new(0);

    /// <summary>Where in the file they begin.</summary>
    public long Offset { get; set; }

    /// <summary>The records of each shard.</summary>
    public LoadBatch[] Batches { get; }

    /// <summary>Somebody still reads it.</summary>
    public bool IsUsed => Volatile.Read(ref _users) != 0;

    /// <summary>So many batches are on their way, and the one who reads the file.</summary>
    public void Use(int users) => Volatile.Write(ref _users, users);

    /// <summary>One is done with it.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0) _load.NoteFree();
    }

    /// <inheritdoc/>
    public void Dispose() => Bytes.Dispose();
}
