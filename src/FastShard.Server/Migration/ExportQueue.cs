using System.Collections.Concurrent;

namespace FastShard.Server.Migration;

/// <summary>
/// What the shards have written for a target, in the order of each shard, and how much of it the target has taken.
/// </summary>
internal sealed class ExportQueue(Courier courier)
{
    private readonly ConcurrentQueue<ExportChunk> _chunks = new();
    private readonly ConcurrentQueue<ExportChunk> _spare = new();
    private long _queued;
    private long _taken;
    private int _isSignaled;

    /// <summary>Bytes that the target has taken. Any thread.</summary>
    public long TakenBytes => Volatile.Read(ref _taken);

    /// <summary>Bytes that it has not. Any thread.</summary>
    public long WaitingBytes => Volatile.Read(ref _queued) - Volatile.Read(ref _taken);

    /// <summary>An empty chunk.</summary>
    public ExportChunk Rent() => _spare.TryDequeue(out ExportChunk? chunk) ? chunk : new ExportChunk();

    /// <summary>Adds a chunk. By whoever holds the shard that it is of.</summary>
    public void Add(ExportChunk chunk)
    {
        if (chunk.Requests == 0)
        {
            Return(chunk);
            return;
        }
        Interlocked.Add(ref _queued, chunk.Bytes.Length);
        _chunks.Enqueue(chunk);
        if (Interlocked.Exchange(ref _isSignaled, 1) == 0) courier.Wake();
    }

    /// <summary>The next chunk; the courier's thread.</summary>
    public ExportChunk? Take()
    {
        if (_chunks.TryDequeue(out ExportChunk? chunk)) return chunk;
        Volatile.Write(ref _isSignaled, 0);
        // What was added in between has woken nobody.
        return _chunks.TryDequeue(out chunk) ? chunk : null;
    }

    /// <summary>The target has taken so many bytes; the courier's thread.</summary>
    public void NoteTaken(long bytes) => Volatile.Write(ref _taken, bytes);

    /// <summary>Gives a chunk back.</summary>
    public void Return(ExportChunk chunk)
    {
        chunk.Empty();
        _spare.Enqueue(chunk);
    }

    /// <summary>Nobody adds any more; the courier's thread.</summary>
    public void Empty()
    {
        while (_chunks.TryDequeue(out ExportChunk? chunk)) chunk.Dispose();
        while (_spare.TryDequeue(out ExportChunk? spare)) spare.Dispose();
    }
}
