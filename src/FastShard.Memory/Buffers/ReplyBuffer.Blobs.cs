using FastShard.Native.Diagnostics;
using FastShard.Native.Sockets;

namespace FastShard.Memory;

/// <summary>
/// The blob references of a <see cref="ReplyBuffer"/>: a queue of segments, each due at an inline position.
/// </summary>
public sealed unsafe partial class ReplyBuffer
{
    private Segment[] _segments = [];
    private int _segmentStart;
    private int _segmentCount;
    private long _segmentOrigin;
    private long _blobPending;
    private long _blobBytes;
    private bool _frontPartlySent;

    /// <summary>Whether values are referenced among what is pending, so that it lies in several runs.</summary>
    public bool HasBlobs => _segmentCount > 0;

    /// <summary>
    /// The next contiguous runs to send, as many as fit into <paramref name="pieces"/> and at most
    /// <see cref="GatherLimit"/> bytes in all; returns how many.
    /// </summary>
    public int Peek(Span<SendPiece> pieces)
    {
        int count = 0;
        long bytes = 0;
        long at = _start;
        for (int index = 0; index <= _segmentCount && count < pieces.Length && bytes < GatherLimit; index++)
        {
            bool isLast = index == _segmentCount;
            long until = isLast ? _end : _segments[_segmentStart + index].InlinePosition - _origin;
            if (until > at)
            {
                int run = (int)Math.Min(until - at, GatherLimit);
                pieces[count++] = new SendPiece(_bytes + at, run);
                bytes += run;
                if (run < until - at) break;
                at = until;
            }
            if (isLast || count == pieces.Length) break;
            Segment segment = _segments[_segmentStart + index];
            int length = Math.Min(segment.Length, GatherLimit);
            pieces[count++] = segment.Blob.Piece(segment.Offset, length);
            bytes += length;
            if (length < segment.Length) break;
        }
        return count;
    }

    /// <summary>
    /// Appends a piece of a blob. A long piece is referenced (AddRef; released when it was sent, truncated or
    /// cleared), a short one is copied.
    /// </summary>
    public void AppendBlob(Blob blob, int offset, int length)
    {
        Invariant.Check(offset >= 0 && length >= 0 && length <= blob.Length - offset);
        if (length <= CopyLimit)
        {
            Append(blob.ReadOnly.Slice(offset, length));
            return;
        }
        if (_segmentStart + _segmentCount == _segments.Length) MakeSegmentRoom();
        blob.AddRef();
        _segments[_segmentStart + _segmentCount++] = new Segment(_origin + _end, blob, offset, length);
        _blobPending += length;
        _blobBytes += blob.Length;
    }

    private void ConsumeBlob(int count)
    {
        ref Segment segment = ref _segments[_segmentStart];
        _blobPending -= count;
        if (count < segment.Length)
        {
            segment = segment with { Offset = segment.Offset + count, Length = segment.Length - count };
            _frontPartlySent = true;
            return;
        }
        Release(ref segment);
        _frontPartlySent = false;
        _segmentStart++;
        _segmentCount--;
        _segmentOrigin++;
        if (_segmentCount == 0) _segmentStart = 0;
    }

    private void TruncateSegments(long position)
    {
        long keep = position - _segmentOrigin;
        Invariant.Check(keep >= 0 && keep <= _segmentCount);
        _frontPartlySent &= keep > 0;
        while (_segmentCount > keep)
        {
            ref Segment segment = ref _segments[_segmentStart + --_segmentCount];
            _blobPending -= segment.Length;
            Release(ref segment);
        }
        if (_segmentCount == 0) _segmentStart = 0;
    }

    private void ShiftSegments(long fromPosition, int count)
    {
        for (long i = fromPosition - _segmentOrigin; i < _segmentCount; i++)
        {
            ref Segment segment = ref _segments[_segmentStart + i];
            segment = segment with { InlinePosition = segment.InlinePosition + count };
        }
    }

    private Segment SegmentAt(long position)
    {
        long index = position - _segmentOrigin;
        Invariant.Check(index >= 0 && index < _segmentCount);
        return _segments[_segmentStart + index];
    }

    private void Release(ref Segment segment)
    {
        _blobBytes -= segment.Blob.Length;
        segment.Blob.Release();
        segment = default;
    }

    private void MakeSegmentRoom()
    {
        Segment[] target = _segmentStart > _segments.Length / 2
            ? _segments
            : new Segment[Math.Max(4, _segments.Length * 2)];
        Array.Copy(_segments, _segmentStart, target, 0, _segmentCount);
        _segments = target;
        _segmentStart = 0;
    }

    private void ShrinkSegments()
    {
        if (_segmentCount == 0) _segments = [];
    }

    private readonly record struct Segment(long InlinePosition, Blob Blob, int Offset, int Length);
}
