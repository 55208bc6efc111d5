using FastShard.Native.Diagnostics;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// Chunks on their way from the shards to the writer: any holder of a shard posts, without waiting; the one writer
/// takes, and sleeps while there is nothing. Chunks of one shard keep their order.
/// </summary>
internal sealed class ChunkQueue : IDisposable
{
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly long[] _waiting;
    private SnapshotChunk? _newest;
    private SnapshotChunk? _collected;
    private SnapshotChunk? _spare;
    private int _spareCount;
    private int _sleeping;

    public ChunkQueue(int shards) => _waiting = new long[shards];

    /// <summary>Bytes of a shard's chunks that were not written yet.</summary>
    public long WaitingBytes(int shard) => Volatile.Read(ref _waiting[shard]);

    /// <summary>Hands a chunk to the writer.</summary>
    public void Post(SnapshotChunk chunk)
    {
        Interlocked.Add(ref _waiting[chunk.Shard], chunk.Records.Capacity);
        Push(ref _newest, chunk);
        // Pairs with the barrier of Take: either this sees the writer asleep, or the writer sees the chunk.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0) _wake.Set();
    }

    /// <summary>Wakes the writer without a chunk: something else has changed.</summary>
    public void Wake() => _wake.Set();

    /// <summary>
    /// The writer's: the next chunk, or null when it was woken without one.
    /// </summary>
    public SnapshotChunk? Take()
    {
        if (TryTake() is { } chunk) return chunk;
        Volatile.Write(ref _sleeping, 1);
        Interlocked.MemoryBarrier();
        chunk = TryTake();
        // tidy: cold because the writer has a thread of its own.
        if (chunk is null) _wake.WaitOne();
        Volatile.Write(ref _sleeping, 0);
        return chunk ?? TryTake();
    }

    /// <summary>The writer's: a chunk was written, its memory can be used again.</summary>
    public void Recycle(SnapshotChunk chunk)
    {
        Interlocked.Add(ref _waiting[chunk.Shard], -chunk.Records.Capacity);
        if (Volatile.Read(ref _spareCount) >= SnapshotLimits.SpareChunks)
        {
            chunk.Dispose();
            return;
        }
        chunk.Reset();
        Interlocked.Increment(ref _spareCount);
        Push(ref _spare, chunk);
    }

    /// <summary>An empty chunk.</summary>
    public SnapshotChunk Rent(int shard)
    {
        // The whole list is taken and the rest put back: popping one could take a link that has changed meanwhile.
        SnapshotChunk? taken = Interlocked.Exchange(ref _spare, null);
        SnapshotChunk? rest = taken?.Next;
        while (rest is not null)
        {
            SnapshotChunk? next = rest.Next;
            Push(ref _spare, rest);
            rest = next;
        }
        if (taken is not null) Interlocked.Decrement(ref _spareCount);
        SnapshotChunk chunk = taken ?? new SnapshotChunk();
        chunk.Next = null;
        chunk.Shard = shard;
        Invariant.Slow(chunk.Records.Length == 0);
        return chunk;
    }

    /// <summary>Frees all memory; nobody posts any more.</summary>
    public void Free()
    {
        while (TryTake() is { } chunk) chunk.Dispose();
        for (SnapshotChunk? spare = _spare; spare is not null; spare = spare.Next) spare.Dispose();
        _spare = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Free();
        _wake.Dispose();
    }

    private SnapshotChunk? TryTake()
    {
        if (_collected is null)
        {
            SnapshotChunk? chunk = Interlocked.Exchange(ref _newest, null);
            while (chunk is not null)
            {
                SnapshotChunk? next = chunk.Next;
                chunk.Next = _collected;
                _collected = chunk;
                chunk = next;
            }
        }
        SnapshotChunk? first = _collected;
        _collected = first?.Next;
        return first;
    }

    private static void Push(ref SnapshotChunk? list, SnapshotChunk chunk)
    {
        SnapshotChunk? newest = Volatile.Read(ref list);
        while (true)
        {
            chunk.Next = newest;
            SnapshotChunk? seen = Interlocked.CompareExchange(ref list, chunk, newest);
            if (ReferenceEquals(seen, newest)) return;
            newest = seen;
        }
    }
}
