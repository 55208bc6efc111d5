using FastShard.Memory;

namespace FastShard.Server.Clients;

/// <summary>A large bulk string that is received straight into the memory it will be stored in.</summary>
internal sealed class IncomingBlob
{
    private Blob _blob;
    private int _filled;

    /// <summary>True while bytes are missing.</summary>
    public bool IsActive => !_blob.IsNull;

    /// <summary>True when the last byte came.</summary>
    public bool IsComplete => IsActive && _filled == _blob.Length;

    /// <summary>Bytes held.</summary>
    public long AllocatedBytes => IsActive ? _blob.Length : 0;

    /// <summary>Bytes received so far.</summary>
    public long FilledBytes => IsActive ? _filled : 0;

    /// <summary>Where the next bytes go.</summary>
    public Span<byte> Missing => _blob.Span[_filled..];

    /// <summary>
    /// Begins a value of <paramref name="length"/> bytes; false when the system has no memory for it.
    /// </summary>
    public bool TryBegin(int length, ReadOnlySpan<byte> firstPart)
    {
        if (!Blob.TryAllocate(length, out _blob)) return false;
        firstPart.CopyTo(_blob.Span);
        _filled = firstPart.Length;
        return true;
    }

    /// <summary>So many bytes were written to <see cref="Missing"/>.</summary>
    public void Commit(int count) => _filled += count;

    /// <summary>Hands the value over, with its reference.</summary>
    public Blob Take()
    {
        Blob blob = _blob;
        _blob = default;
        return blob;
    }

    /// <summary>Gives up a value that will not be completed.</summary>
    public void Drop()
    {
        if (IsActive) _blob.Release();
        _blob = default;
    }
}
