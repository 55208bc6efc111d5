using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FastShard.Memory;

namespace FastShard.Server.Replication;

/// <summary>
/// Bytes on their way from one thread to another, bounded: a snapshot from its writer to a replica's shard, or from a
/// primary's link to whoever loads it. One side is a shard, which never waits; the other one may.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "Either side may end first, and the other still sets or awaits the event.")]
internal sealed class BytePipe
{
    // A piece that is added may be of this size again.
    private const long BytesMax = 4 * 1024 * 1024;

    // Whoever waits looks again so often: the other side may have ended without a word.
    private const int WaitMillis = 100;

    private readonly ConcurrentQueue<NativeBuffer> _pieces = new();
    private readonly AutoResetEvent _changed = new(initialState: false);
    private long _waiting;
    private volatile bool _isClosed;
    private volatile bool _isComplete;
    private volatile bool _hasFailed;

    /// <summary>More may be added.</summary>
    public bool HasRoom => Volatile.Read(ref _waiting) < BytesMax;

    /// <summary>Nobody takes any more: what is added is dropped.</summary>
    public bool IsClosed => _isClosed;

    /// <summary>Everything was added and taken.</summary>
    public bool IsAtEnd => _isComplete && _pieces.IsEmpty;

    /// <summary>What was to be added will not come.</summary>
    public bool HasFailed => _hasFailed;

    /// <summary>Adds a piece.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        NativeBuffer piece = new(bytes.Length);
        bytes.CopyTo(piece.Free);
        piece.Commit(bytes.Length);
        Interlocked.Add(ref _waiting, bytes.Length);
        _pieces.Enqueue(piece);
        if (_isClosed) Drop();
        _changed.Set();
    }

    /// <summary>Nothing more is added.</summary>
    public void Complete()
    {
        _isComplete = true;
        _changed.Set();
    }

    /// <summary>Nothing more is added, and what was is not all.</summary>
    public void Fail()
    {
        _hasFailed = true;
        _changed.Set();
    }

    /// <summary>The first piece, which stays; null while there is none.</summary>
    public NativeBuffer? Peek() => _pieces.TryPeek(out NativeBuffer? piece) ? piece : null;

    /// <summary>So much of the first piece was taken.</summary>
    public void Advance(int count)
    {
        if (!_pieces.TryPeek(out NativeBuffer? piece)) return;
        piece.Consume(count);
        Interlocked.Add(ref _waiting, -count);
        if (piece.Length == 0 && _pieces.TryDequeue(out piece)) piece.Dispose();
        _changed.Set();
    }

    /// <summary>Nothing more is taken.</summary>
    public void Close()
    {
        _isClosed = true;
        Drop();
        _changed.Set();
    }

    // tidy: cold because only the threads of snapshots and of loading wait here.
    /// <summary>Waits until something has changed, or a moment.</summary>
    public void Await() => _changed.WaitOne(WaitMillis);

    private void Drop()
    {
        while (_pieces.TryDequeue(out NativeBuffer? piece)) piece.Dispose();
    }
}
