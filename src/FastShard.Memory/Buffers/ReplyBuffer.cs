using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Outgoing bytes in order. Most are inline in one native block; large values are references to blobs, sent from
/// where they lie. Not thread-safe.
///
///   inline:   [consumed | a a a a a a | b b b b | free ]      segments: (blob X at 6), (blob Y at 10)
///              0         start                    end          sent as:  aaaaaa X bbbb Y
///
/// Positions are counted since the buffer was made ("logical"), so neither compaction nor sending changes a mark:
/// memory index i holds the logical position _origin + i. One block and not a chain of chunks: a reply is written
/// with one bound check, and growing a large block is mremap's work, not a copy.
/// </summary>
/// <remarks>
/// SAFETY: spans are cut from [0, _capacity) of one live block; _start never passes _end, nor _end the capacity.
/// OWNER: whoever made the buffer disposes it; each segment owns one reference of its blob.
/// LIVES: a span from Reserve until the next write; a span from Peek until the next write, Consume or Clear.
/// </remarks>
public sealed unsafe partial class ReplyBuffer : IDisposable
{
    /// <summary>
    /// A shorter piece of a blob is copied: below this the copy costs less than the reference count and a run more.
    /// </summary>
    public const int CopyLimit = 8 * 1024;

    /// <summary>Bytes offered to the kernel in one call: more than any socket takes at once.</summary>
    public const int GatherLimit = 8 * 1024 * 1024;

    private const int MinCapacity = 256;

    private static long _totalBytes;

    private byte* _bytes;
    private long _capacity;
    private long _start;
    private long _end;
    private long _origin;

    public ReplyBuffer(int capacity = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        if (capacity > 0) Reallocate(capacity);
    }

    /// <summary>Native bytes held inline by all buffers of the process; blobs are counted by their owner.</summary>
    public static long TotalBytes => Volatile.Read(ref _totalBytes);

    /// <summary>Bytes pending, those of blobs included.</summary>
    public long Length => _end - _start + _blobPending;

    /// <summary>Native bytes held for this buffer, whole referenced blobs included: what output limits count.</summary>
    public long AllocatedBytes => _capacity + _blobBytes;

    /// <summary>At least <paramref name="count"/> writable bytes; what was written counts after Commit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Reserve(int count)
    {
        Invariant.Slow(count >= 0);
        long free = _capacity - _end;
        if (free < count) free = Grow(count);
        return new Span<byte>(_bytes + _end, (int)Math.Min(free, int.MaxValue));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Commit(int count)
    {
        Invariant.Slow(count >= 0 && count <= _capacity - _end);
        _end += count;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _end += bytes.Length;
    }

    /// <summary>The next contiguous run to send; empty if nothing is pending.</summary>
    public ReadOnlySpan<byte> Peek()
    {
        long inline = _end - _start;
        if (_segmentCount > 0)
        {
            ref Segment segment = ref _segments[_segmentStart];
            inline = segment.InlinePosition - (_origin + _start);
            if (inline == 0) return segment.Blob.ReadOnly.Slice(segment.Offset, segment.Length);
        }
        return new ReadOnlySpan<byte>(_bytes + _start, (int)Math.Min(inline, int.MaxValue));
    }

    /// <summary>
    /// Drops <paramref name="count"/> bytes from the front after they were sent; it may pass several runs.
    /// </summary>
    public void Consume(int count)
    {
        Invariant.Check(count >= 0 && count <= Length);
        while (count > 0)
        {
            int run = Math.Min(Peek().Length, count);
            if (_segmentCount > 0 && _segments[_segmentStart].InlinePosition == _origin + _start)
                ConsumeBlob(run);
            else
                _start += run;
            count -= run;
        }
        if (_start == _end) Rewind();
    }

    /// <summary>The position at the end.</summary>
    public ReplyMark Mark() => new(_origin + _end, _segmentOrigin + _segmentCount);

    /// <summary>The inline bytes written since <paramref name="mark"/>; blobs among them are left out.</summary>
    public ReadOnlySpan<byte> Since(ReplyMark mark)
    {
        long from = mark.InlinePosition - _origin;
        Invariant.Slow(from >= _start && from <= _end);
        return new ReadOnlySpan<byte>(_bytes + from, (int)Math.Min(_end - from, int.MaxValue));
    }

    /// <summary>The inline bytes between two marks with no blob between them.</summary>
    public ReadOnlySpan<byte> Between(ReplyMark from, ReplyMark to)
    {
        long at = from.InlinePosition - _origin;
        long length = to.InlinePosition - from.InlinePosition;
        Invariant.Slow(at >= _start && length >= 0 && at + length <= _end && from.BlobPosition == to.BlobPosition);
        return new ReadOnlySpan<byte>(_bytes + at, (int)length);
    }

    /// <summary>Drops everything written since <paramref name="mark"/>, none of which may have been consumed.</summary>
    public void Truncate(ReplyMark mark)
    {
        long end = mark.InlinePosition - _origin;
        Invariant.Check(end >= _start && end <= _end);
        Invariant.Check(!_frontPartlySent || mark.BlobPosition > _segmentOrigin);
        TruncateSegments(mark.BlobPosition);
        _end = end;
    }

    /// <summary>
    /// Copies what lies between two marks of another buffer to the end of this one; blobs are shared.
    /// </summary>
    public void AppendRange(ReplyBuffer source, ReplyMark from, ReplyMark to)
    {
        Invariant.Check(!ReferenceEquals(source, this));
        long position = from.InlinePosition;
        for (long blob = from.BlobPosition; blob < to.BlobPosition; blob++)
        {
            Segment segment = source.SegmentAt(blob);
            AppendInline(source, position, segment.InlinePosition);
            position = segment.InlinePosition;
            AppendBlob(segment.Blob, segment.Offset, segment.Length);
        }
        AppendInline(source, position, to.InlinePosition);
    }

    /// <summary>
    /// Puts bytes in before those written since <paramref name="mark"/>: a length that became known late. Marks taken
    /// after <paramref name="mark"/> are void.
    /// </summary>
    public void Insert(ReplyMark mark, ReadOnlySpan<byte> bytes)
    {
        long at = mark.InlinePosition - _origin;
        Invariant.Check(at >= _start && at <= _end && mark.BlobPosition >= _segmentOrigin);
        if (_capacity - _end < bytes.Length)
        {
            Grow(bytes.Length);
            at = mark.InlinePosition - _origin;
        }
        Buffer.MemoryCopy(_bytes + at, _bytes + at + bytes.Length, _capacity - at - bytes.Length, _end - at);
        bytes.CopyTo(new Span<byte>(_bytes + at, bytes.Length));
        _end += bytes.Length;
        ShiftSegments(mark.BlobPosition, bytes.Length);
    }

    /// <summary>Overwrites inline bytes already written at <paramref name="mark"/>.</summary>
    public void Overwrite(ReplyMark mark, ReadOnlySpan<byte> bytes)
    {
        long at = mark.InlinePosition - _origin;
        Invariant.Check(at >= _start && at + bytes.Length <= _end);
        bytes.CopyTo(new Span<byte>(_bytes + at, bytes.Length));
    }

    public void Clear()
    {
        TruncateSegments(_segmentOrigin);
        _start = _end;
        Rewind();
    }

    /// <summary>Gives unused memory back to the system.</summary>
    public void Shrink()
    {
        if (_start > 0) Compact();
        if (_end < _capacity) Reallocate(_end);
        ShrinkSegments();
    }

    public void Dispose()
    {
        Clear();
        if (_capacity > 0) Reallocate(0);
    }

    private void AppendInline(ReplyBuffer source, long from, long to)
    {
        long at = from - source._origin;
        long left = to - from;
        Invariant.Check(left >= 0 && at >= source._start && at + left <= source._end);
        while (left > 0)
        {
            int run = (int)Math.Min(left, 1 << 30);
            Append(new ReadOnlySpan<byte>(source._bytes + at, run));
            at += run;
            left -= run;
        }
    }

    /// <summary>Makes room for count bytes and returns how many are free.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private long Grow(int count)
    {
        // Moving the rest down is only worth its copy where at least half of the block is spent.
        if (_start >= _capacity - _start) Compact();
        if (_capacity - _end < count)
            Reallocate(Math.Max(Math.Max(_capacity * 2, MinCapacity), _end + count));
        return _capacity - _end;
    }

    private void Compact()
    {
        Buffer.MemoryCopy(_bytes + _start, _bytes, _capacity, _end - _start);
        _origin += _start;
        _end -= _start;
        _start = 0;
    }

    private void Rewind()
    {
        _origin += _end;
        _start = 0;
        _end = 0;
    }

    private void Reallocate(long capacity)
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
        Interlocked.Add(ref _totalBytes, capacity - _capacity);
        _capacity = capacity;
    }
}
