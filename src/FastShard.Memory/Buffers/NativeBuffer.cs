using System.Runtime.InteropServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Owned, growable native bytes: what a connection receives into. The unread bytes lie in [Start, End). Growing
/// never moves the content to another offset, so offsets taken from <see cref="All"/> stay true until
/// <see cref="Compact"/>, <see cref="Consume"/> of everything, or <see cref="Clear"/>. Not thread-safe.
/// </summary>
/// <remarks>
/// SAFETY: every span is cut from [0, Capacity) of one live block; Start never passes End, nor End the Capacity.
/// OWNER: whoever made the buffer disposes it; there is no finalizer.
/// LIVES: spans live until the next call that may move or free the block (EnsureFree, Shrink, Dispose).
/// </remarks>
public sealed unsafe class NativeBuffer : IDisposable
{
    private const int MinCapacity = 64;

    private static long _clientBytes;
    private static long _journalBytes;
    private static long _snapshotBytes;

    private readonly BufferUse _use;
    private byte* _bytes;
    private int _capacity;
    private int _start;
    private int _end;

    /// <summary>
    /// Makes an empty buffer; a capacity of 0 allocates nothing until the first <see cref="EnsureFree"/>.
    /// </summary>
    public NativeBuffer(int capacity, BufferUse use = BufferUse.Clients)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _use = use;
        if (capacity > 0) Reallocate(capacity);
    }

    /// <summary>Native bytes held by buffers of the process: of one use.</summary>
    public static long BytesOf(BufferUse use) => Volatile.Read(ref TotalOf(use));

    public int Capacity => _capacity;

    /// <summary>Offset of the first byte not consumed.</summary>
    public int Start => _start;

    /// <summary>Offset after the last byte received.</summary>
    public int End => _end;

    /// <summary>Bytes received and not consumed.</summary>
    public int Length => _end - _start;

    /// <summary>The unread bytes, [Start, End).</summary>
    public ReadOnlySpan<byte> Bytes => new(_bytes + _start, _end - _start);

    /// <summary>
    /// [0, End), so that an offset of an ArgRange is an index. Writable, because the request reader unescapes
    /// quoted inline arguments where they lie.
    /// </summary>
    public Span<byte> All => new(_bytes, _end);

    /// <summary>Room to receive into, [End, Capacity).</summary>
    public Span<byte> Free => new(_bytes + _end, _capacity - _end);

    /// <summary>Says that <paramref name="count"/> bytes of <see cref="Free"/> were filled.</summary>
    public void Commit(int count)
    {
        Invariant.Check((uint)count <= (uint)(_capacity - _end));
        _end += count;
    }

    /// <summary>Drops bytes from the front; when none is left the offsets begin at 0 again.</summary>
    public void Consume(int count)
    {
        Invariant.Check((uint)count <= (uint)(_end - _start));
        _start += count;
        if (_start == _end) Clear();
    }

    /// <summary>
    /// Drops bytes from the end: [<paramref name="end"/>, End) were taken elsewhere (the first part of a large value).
    /// </summary>
    public void Truncate(int end)
    {
        Invariant.Check(end >= _start && end <= _end);
        _end = end;
    }

    /// <summary>Moves the unread bytes to offset 0 and returns by how many bytes they moved.</summary>
    public int Compact()
    {
        int shift = _start;
        if (shift == 0) return 0;
        Bytes.CopyTo(new Span<byte>(_bytes, _capacity));
        _end -= shift;
        _start = 0;
        return shift;
    }

    /// <summary>Grows by doubling until <paramref name="count"/> bytes are free; offsets do not change.</summary>
    /// <exception cref="OutOfMemoryException">The system has no memory, or the buffer would pass 2 GB.</exception>
    public void EnsureFree(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_capacity - _end >= count) return;
        long needed = (long)_end + count;
        if (needed > Array.MaxLength) throw new InsufficientMemoryException();
        long doubled = Math.Max(_capacity * 2L, MinCapacity);
        Reallocate((int)Math.Min(Math.Max(doubled, needed), Array.MaxLength));
    }

    public void Clear()
    {
        _start = 0;
        _end = 0;
    }

    /// <summary>Gives memory back down to <paramref name="capacity"/>, or to End where more is in use.</summary>
    public void Shrink(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        int target = Math.Max(capacity, _end);
        if (target < _capacity) Reallocate(target);
    }

    public void Dispose()
    {
        Clear();
        if (_capacity > 0) Reallocate(0);
    }

    private void Reallocate(int capacity)
    {
        if (capacity == 0)
        {
            NativeMemory.Free(_bytes);
            _bytes = null;
        }
        else
        {
            _bytes = (byte*)NativeMemory.Realloc(_bytes, (nuint)capacity);
        }
        Interlocked.Add(ref TotalOf(_use), capacity - _capacity);
        _capacity = capacity;
    }

    private static ref long TotalOf(BufferUse use)
    {
        switch (use)
        {
            case BufferUse.Journal: return ref _journalBytes;
            case BufferUse.Snapshot: return ref _snapshotBytes;
            default: return ref _clientBytes;
        }
    }
}
