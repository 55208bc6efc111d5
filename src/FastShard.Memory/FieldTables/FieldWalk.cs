using System.Runtime.Intrinsics.X86;

namespace FastShard.Memory;

/// <summary>Goes through all elements of a <see cref="FieldTable"/>, bucket after bucket.</summary>
/// <remarks>
/// SAFETY: made by the table. OWNER: the table owns what is walked. LIVES: until the table changes.
/// </remarks>
public unsafe ref struct FieldWalk
{
    private readonly ShardHeap _heap;
    private readonly SlotHeader* _index;
    private int _place;
    private byte* _bucket;
    private byte* _end;
    private uint _left;

    internal FieldWalk(ShardHeap heap, SlotHeader* index)
    {
        _heap = heap;
        _index = index;
    }

    /// <summary>The element that the walk stands at.</summary>
    public FieldEntry Current { get; private set; }

    /// <summary>For foreach.</summary>
    public readonly FieldWalk GetEnumerator() => this;

    /// <summary>Goes to the next element; false behind the last.</summary>
    public bool MoveNext()
    {
        while (_left == 0)
        {
            if (!NextBucket()) return false;
        }
        byte* bucket = _bucket;
        int cell = Bucket.CellOf(_left);
        _left &= _left - 1;
        Current = new FieldEntry(
            _heap.Resolve(Bucket.ReadCell(bucket, cell) & Bucket.ReferenceMask), bucket + cell);
        return true;
    }

    private bool NextBucket()
    {
        if (_bucket != _end) _bucket += Bucket.Bytes;
        if (_bucket == _end && !NextSegment()) return false;
        _left = ~Bucket.Match(_bucket, 0) & Bucket.AllCells;
        if (!Sse.IsSupported) return true;
        for (uint used = _left; used != 0; used &= used - 1)
            Sse.Prefetch0(_heap.Resolve(Bucket.ReadCell(_bucket, Bucket.CellOf(used)) & Bucket.ReferenceMask));
        return true;
    }

    private bool NextSegment()
    {
        while (_place < SlotIndex.Places(_index))
        {
            Segment* segment = SlotIndex.PlaceAt(_index, _place);
            _place += SlotIndex.RowLength(_index, segment);
            if (segment->BucketCount == 0) continue;
            _bucket = segment->Buckets;
            _end = segment->End;
            return true;
        }
        return false;
    }
}
