namespace FastShard.Replication.Backlog;

/// <summary>
/// One replica's place in the stream. Read by its owner, on any thread; the backlog keeps what it has not read.
/// </summary>
public sealed class BacklogReader
{
    private StreamBlock _block;
    private long _position;
    private volatile bool _isDetached;

    internal BacklogReader(StreamBlock block, long position)
    {
        _block = block;
        _position = position;
    }

    /// <summary>How much of the stream was read.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>Nobody will read any more.</summary>
    public bool IsDetached => _isDetached;

    /// <summary>The next bytes, as many as lie together; empty when there are none yet.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        ReadOnlySpan<byte> bytes = _block.From(_position);
        while (bytes.IsEmpty && _block.Next is { } next)
        {
            // The block may have grown before it got its successor.
            bytes = _block.From(_position);
            if (!bytes.IsEmpty) break;
            _block = next;
            bytes = next.From(_position);
        }
        return bytes;
    }

    /// <summary>So many of them were sent.</summary>
    public void Advance(int count) => Volatile.Write(ref _position, _position + count);

    /// <summary>The backlog need not keep anything for it; the last call.</summary>
    public void Detach() => _isDetached = true;
}
