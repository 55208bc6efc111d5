using FastShard.Engine.Eviction;
using FastShard.Memory;
using FastShard.Native.Diagnostics;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// All that one shard owns of the data: its part of every logical database in one heap, the watches, the counters and
/// the turn's clock. Touched only by the holder of the shard's token.
/// </summary>
public sealed class Keyspace : IDisposable
{
    private readonly Database?[] _databases;

    /// <summary>An empty keyspace of shard <paramref name="shardIndex"/> with so many databases.</summary>
    public Keyspace(int shardIndex, int databaseCount)
    {
        ShardIndex = shardIndex;
        Heap = new ShardHeap();
        _databases = new Database?[databaseCount];
    }

    /// <summary>Index of the owning shard.</summary>
    public int ShardIndex { get; }

    /// <summary>The shard's native memory.</summary>
    public ShardHeap Heap { get; }

    /// <summary>Wall clock of the turn, milliseconds since 1970. Set by the turn; never read from the system here.</summary>
    public long NowMillis { get; set; }

    /// <summary>Counts for INFO.</summary>
    public KeyspaceCounters Counters { get; } = new();

    /// <summary>Keys that sessions WATCH.</summary>
    public WatchTable Watches { get; } = new();

    /// <summary>What a key's 24 access bits mean (LRU or LFU), by the eviction policy.</summary>
    public AccessClock AccessClock { get; } = new();

    /// <summary>True while the running command must not refresh access clocks (CLIENT NO-TOUCH, and OBJECT's kind).</summary>
    public bool SuppressTouch { get; set; }

    /// <summary>
    /// True while expired keys are missing but stay where they are (CLIENT PAUSE: a paused server's data does not change).
    /// </summary>
    public bool KeepsExpired { get; set; }

    /// <summary>Number of logical databases.</summary>
    public int DatabaseCount => _databases.Length;

    /// <summary>The shard's part of a logical database; made when first used.</summary>
    public Database this[int index]
    {
        get
        {
            Invariant.Slow((uint)index < (uint)_databases.Length);
            return _databases[index] ??= new Database(this, index);
        }
    }

    /// <summary>The database if anything ever was in it, else null.</summary>
    public Database? Existing(int index) => _databases[index];

    /// <summary>SWAPDB: exchanges two databases' contents.</summary>
    public void Swap(int first, int second)
    {
        Database left = this[first];
        Database right = this[second];
        (_databases[first], _databases[second]) = (right, left);
        left.Index = second;
        right.Index = first;
    }

    /// <inheritdoc/>
    public void Dispose() => Heap.Dispose();
}
