using FastShard.Native.Diagnostics;

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
