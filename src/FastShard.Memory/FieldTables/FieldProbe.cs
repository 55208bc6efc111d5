using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastShard.Memory;

/// <summary>
/// A glimpse of a <see cref="FieldTable"/> for asking the processor for what a search there will touch, in two stages
/// as with keys. It promises nothing about what is there, and is void with the next change of the key's table or its
/// own.
/// </summary>
/// <remarks>
/// SAFETY: made by a key table from an entry that holds such a table. OWNER: the entry. LIVES: see above.
/// </remarks>
public readonly unsafe struct FieldProbe
{
    // A block is some 30 bytes, and so now and then lies in two lines.
    private const int BlockReach = 32;

    private readonly SlotHeader* _index;
    private readonly nint* _regions;

    internal FieldProbe(ShardHeap heap, FieldTableRoot* root)
    {
        _index = &root->Index;
        _regions = heap.RegionAddresses;
    }

    /// <summary>Whether there is no such table.</summary>
    public bool IsNull => _index == null;

    /// <summary>Asks for the bucket where the search for a hash begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBucket(ulong hash)
    {
        if (!Sse.IsSupported) return;
        Segment* segment = HashIndex<FieldBlock>.SegmentForReading(_index, hash);
        Sse.Prefetch0(segment->HomeOf(Segment.TagOf(hash, segment->Depth)));
    }

    /// <summary>Asks for the element that the bucket's tags promise; the bucket should have arrived.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchElement(ulong hash)
    {
        if (!Sse.IsSupported) return;
        Segment* segment = HashIndex<FieldBlock>.SegmentForReading(_index, hash);
        if (segment->BucketCount == 0) return;
        ushort tag = Segment.TagOf(hash, segment->Depth);
        byte* bucket = segment->HomeOf(tag);
        uint match = Bucket.Match(bucket, tag);
        if (match == 0) return;
        ulong reference = Bucket.ReadCell(bucket, Bucket.CellOf(match)) & Bucket.ReferenceMask;
        byte* block = ShardHeap.Resolve(_regions, reference);
        Sse.Prefetch0(block);
        Sse.Prefetch0(block + BlockReach);
    }
}
