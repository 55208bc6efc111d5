using FastShard.Memory;

namespace FastShard.Replication.Backlog;

/// <summary>
/// A piece of the stream. Its writer appends while others read what was there before: a length that was read covers
/// bytes that do not change until the block is used again.
/// </summary>
internal sealed class StreamBlock : IDisposable
{
    private readonly NativeBuffer _memory;
    private int _length;
    private StreamBlock? _next;

    public StreamBlock(int capacity)
    {
        _memory = new NativeBuffer(capacity);
        // All of it may be looked at: the length says how far.
        _memory.Commit(capacity);
    }

    /// <summary>Where in the stream its first byte stands.</summary>
    public long Start { get; private set; }

    /// <summary>Where in the stream it ends so far.</summary>
    public long End => Start + Volatile.Read(ref _length);

    /// <summary>The block behind it; null while there is none.</summary>
    public StreamBlock? Next
    {
        get => Volatile.Read(ref _next);
        set => Volatile.Write(ref _next, value);
    }

    /// <summary>Bytes that it can hold.</summary>
    public int Capacity => _memory.Capacity;

    /// <summary>Nothing more can be appended.</summary>
    public bool IsFull => _length == Capacity;

    /// <summary>What it holds from a place in the stream on.</summary>
    public ReadOnlySpan<byte> From(long position)
    {
        int length = Volatile.Read(ref _length);
        return _memory.All[(int)(position - Start)..length];
    }

    /// <summary>Appends as much as there is room for, and returns how much that was.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, Capacity - _length);
        bytes[..count].CopyTo(_memory.All[_length..]);
        Volatile.Write(ref _length, _length + count);
        return count;
    }

    /// <summary>Begins anew at another place; nobody reads it.</summary>
    public void Restart(long start)
    {
        Start = start;
        _next = null;
        Volatile.Write(ref _length, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();
}
