using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// The index of one slot of a table of keys, or of one table of fields: a segment, or, when 64 buckets are full, a
/// directory of segments by the top bits of the hash (extendible hashing). A directory of depth D has 2^D places; a
/// segment of depth L fills 2^(D-L) places in a row, which all hold the same buckets. Counts are kept in the first of
/// them only. Nothing here takes longer than moving 576 cells, but for the doubling of a directory, a copy of 16 bytes
/// for some 300 keys.
/// </summary>
internal static unsafe class HashIndex<TBlock> where TBlock : struct, IIndexed
{
    // Hashes have 64 bits and tags take 16; long before this a shard is out of memory.
    private const int MaxDepth = 30;

    // Two neighbours that together fill less than a third of a segment become one.
    private const int MergeKeys = IndexSteps.MaxBuckets * Bucket.Cells / 3;

    /// <summary>The segment for a hash; in a directory the first place of its row, where the counts are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Segment* SegmentOf(SlotHeader* slot, ulong hash)
    {
        Segment* root = &slot->Root;
        if (!root->IsDirectory) return root;
        Segment* directory = (Segment*)root->Buckets;
        ulong place = hash >> (64 - root->Depth);
        return directory + FirstPlace(place, root->Depth, directory[place].Depth);
    }

    /// <summary>The segment for a hash, for reading alone: in a directory any place of its row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Segment* SegmentForReading(SlotHeader* slot, ulong hash)
    {
        Segment* root = &slot->Root;
        return root->IsDirectory ? (Segment*)root->Buckets + (hash >> (64 - root->Depth)) : root;
    }

    /// <summary>Makes room for one more key with this hash and returns its segment.</summary>
    internal static Segment* EnsureRoom(ShardHeap heap, SlotHeader* slot, ulong hash)
    {
        Segment* segment = SegmentOf(slot, hash);
        while (segment->Count >= IndexSteps.LimitOf(segment->BucketCount))
        {
            if (segment->BucketCount < IndexSteps.MaxBuckets)
            {
                int buckets = segment->BucketCount == 0 ? 1 : IndexSteps.Above(segment->BucketCount);
                Relayout(heap, slot, segment, buckets);
                return segment;
            }
            Split(heap, slot, hash);
            segment = SegmentOf(slot, hash);
        }
        return segment;
    }

    /// <summary>After a removal: lets the segment shrink, join its neighbour, or vanish.</summary>
    internal static void GiveBackRoom(ShardHeap heap, SlotHeader* slot, Segment* segment, ulong hash)
    {
        if (slot->Root.IsDirectory && segment->Count < MergeKeys / 2 && TryMerge(heap, slot, segment, hash)) return;
        if (segment->Count >= IndexSteps.FloorOf(segment->BucketCount) && segment->Count > 0) return;
        if (segment->Count == 0 && !slot->Root.IsDirectory)
        {
            Free(heap, slot, segment);
            return;
        }
        int buckets = IndexSteps.For(segment->Count);
        if (buckets < segment->BucketCount) Relayout(heap, slot, segment, buckets);
    }

    /// <summary>How many places to visit: the directory's, or the one segment.</summary>
    internal static int Places(SlotHeader* slot) => slot->Root.IsDirectory ? 1 << slot->Root.Depth : 1;

    internal static Segment* PlaceAt(SlotHeader* slot, int place) =>
        slot->Root.IsDirectory ? (Segment*)slot->Root.Buckets + place : &slot->Root;

    /// <summary>Places filled by this segment.</summary>
    internal static int RowLength(SlotHeader* slot, Segment* segment) =>
        slot->Root.IsDirectory ? 1 << (slot->Root.Depth - segment->Depth) : 1;

    /// <summary>Frees bucket arrays and directory of a slot whose entries are freed already.</summary>
    internal static void FreeAll(ShardHeap heap, SlotHeader* slot)
    {
        int row;
        for (int place = 0; place < Places(slot); place += row)
        {
            Segment* segment = PlaceAt(slot, place);
            row = RowLength(slot, segment);
            if (segment->BucketCount > 0) FreeBuckets(heap, slot, segment->Buckets, segment->BucketCount);
        }
        if (slot->Root.IsDirectory) FreeDirectory(heap, slot);
        slot->Root = default;
    }

    /// <summary>Puts other buckets in the place of a segment's, in all places of its row.</summary>
    internal static void SetBuckets(SlotHeader* slot, Segment* segment, byte* buckets, int count)
    {
        int row = RowLength(slot, segment);
        for (int place = 0; place < row; place++)
        {
            segment[place].Buckets = buckets;
            segment[place].BucketCount = (byte)count;
        }
    }

    private static ulong FirstPlace(ulong place, int directoryDepth, int depth) =>
        place & ~((1UL << (directoryDepth - depth)) - 1);

    private static void Relayout(ShardHeap heap, SlotHeader* slot, Segment* segment, int bucketCount)
    {
        Segment old = *segment;
        byte* buckets = AllocateBuckets(heap, slot, bucketCount);
        SetBuckets(slot, segment, buckets, bucketCount);
        for (byte* bucket = old.Buckets; bucket < old.End; bucket += Bucket.Bytes)
        {
            for (uint used = ~Bucket.Match(bucket, 0) & Bucket.AllCells; used != 0; used &= used - 1)
            {
                int cell = Bucket.CellOf(used);
                segment->Place(Bucket.TagAt(bucket, cell), Bucket.ReadCell(bucket, cell));
            }
        }
        if (old.BucketCount > 0) FreeBuckets(heap, slot, old.Buckets, old.BucketCount);
    }

    private static void Free(ShardHeap heap, SlotHeader* slot, Segment* segment)
    {
        if (segment->BucketCount > 0) FreeBuckets(heap, slot, segment->Buckets, segment->BucketCount);
        *segment = default;
    }

    [SkipLocalsInit]
    private static void Split(ShardHeap heap, SlotHeader* slot, ulong hash)
    {
        if (!slot->Root.IsDirectory || SegmentOf(slot, hash)->Depth == slot->Root.Depth) Double(heap, slot);
        Segment* segment = SegmentOf(slot, hash);
        Segment old = *segment;
        ulong* hashes = stackalloc ulong[IndexSteps.MaxBuckets * Bucket.Cells];
        ulong* cells = stackalloc ulong[IndexSteps.MaxBuckets * Bucket.Cells];
        int count = Collect(heap, old, hashes, cells);
        int ones = 0;
        for (int index = 0; index < count; index++) ones += (int)(hashes[index] << old.Depth >> 63);

        int row = RowLength(slot, segment);
        byte depth = (byte)(old.Depth + 1);
        int lowBuckets = IndexSteps.For(count - ones);
        int highBuckets = IndexSteps.For(ones);
        Segment low = new() { Depth = depth, BucketCount = (byte)lowBuckets };
        Segment high = new() { Depth = depth, BucketCount = (byte)highBuckets };
        low.Buckets = AllocateBuckets(heap, slot, lowBuckets);
        high.Buckets = AllocateBuckets(heap, slot, highBuckets);
        for (int index = 0; index < count; index++)
        {
            bool isHigh = (hashes[index] << old.Depth >> 63) != 0;
            Add(ref isHigh ? ref high : ref low, hashes[index], cells[index]);
        }
        for (int place = 0; place < row; place++) segment[place] = place < row / 2 ? low : high;
        FreeBuckets(heap, slot, old.Buckets, old.BucketCount);
    }

    [SkipLocalsInit]
    private static bool TryMerge(ShardHeap heap, SlotHeader* slot, Segment* segment, ulong hash)
    {
        int row = RowLength(slot, segment);
        ulong place = (ulong)(segment - (Segment*)slot->Root.Buckets);
        Segment* buddy = (Segment*)slot->Root.Buckets + (place ^ (ulong)row);
        if (buddy->Depth != segment->Depth || buddy->Count + segment->Count > MergeKeys) return false;

        Segment* first = segment < buddy ? segment : buddy;
        Segment low = first[0];
        Segment high = first[row];
        ulong* hashes = stackalloc ulong[MergeKeys];
        ulong* cells = stackalloc ulong[MergeKeys];
        int count = Collect(heap, low, hashes, cells);
        count += Collect(heap, high, hashes + count, cells + count);
        int buckets = IndexSteps.For(count);
        Segment joined = new() { Depth = (byte)(low.Depth - 1), BucketCount = (byte)buckets };
        joined.Buckets = AllocateBuckets(heap, slot, buckets);
        for (int index = 0; index < count; index++) Add(ref joined, hashes[index], cells[index]);
        for (int index = 0; index < row * 2; index++) first[index] = joined;
        FreeBuckets(heap, slot, low.Buckets, low.BucketCount);
        FreeBuckets(heap, slot, high.Buckets, high.BucketCount);
        if (joined.Depth == 0) Dissolve(heap, slot, joined);
        else HalveWhereSparse(heap, slot);
        return true;
    }

    private static void Add(ref Segment segment, ulong hash, ulong cell)
    {
        segment.Place(Segment.TagOf(hash, segment.Depth), cell);
        segment.Count++;
        if ((cell & Bucket.VolatileBit) != 0) segment.VolatileCount++;
    }

    /// <summary>All cells of a segment with their keys' hashes. Blocks are asked for ahead: each is a miss.</summary>
    private static int Collect(ShardHeap heap, in Segment segment, ulong* hashes, ulong* cells)
    {
        const int Ahead = 8;
        int count = 0;
        for (byte* bucket = segment.Buckets; bucket < segment.End; bucket += Bucket.Bytes)
        {
            for (int cell = 0; cell < Bucket.Cells; cell++)
            {
                ulong value = Bucket.ReadCell(bucket, cell);
                if (value != 0) cells[count++] = value;
            }
        }
        for (int index = 0; index < count + Ahead; index++)
        {
            if (index < count && Sse.IsSupported)
                Sse.Prefetch0(heap.Resolve(cells[index] & Bucket.ReferenceMask));
            if (index < Ahead) continue;
            byte* block = heap.Resolve(cells[index - Ahead] & Bucket.ReferenceMask);
            hashes[index - Ahead] = TBlock.HashOf(block);
        }
        return count;
    }

    /// <summary>Doubles the directory; a slot with one segment gets its first.</summary>
    private static void Double(ShardHeap heap, SlotHeader* slot)
    {
        int depth = slot->Root.IsDirectory ? slot->Root.Depth : 0;
        Invariant.Check(depth < MaxDepth);
        int places = 1 << depth;
        Segment* doubled = (Segment*)heap.AllocateStructure(DirectoryBytes(depth + 1));
        for (int place = 0; place < places; place++)
        {
            doubled[2 * place] = *PlaceAt(slot, place);
            doubled[(2 * place) + 1] = *PlaceAt(slot, place);
        }
        SetDirectory(heap, slot, doubled, depth + 1);
    }

    /// <summary>Halves the directory while few keys need it and no segment its full depth.</summary>
    private static void HalveWhereSparse(ShardHeap heap, SlotHeader* slot)
    {
        const int SparseKeysPerPlace = 32;
        int depth = slot->Root.Depth;
        Segment* directory = (Segment*)slot->Root.Buckets;
        if (depth < 2 || slot->KeyCount >> depth >= SparseKeysPerPlace) return;
        for (int place = 0; place < 1 << depth; place += 2)
        {
            if (directory[place].Depth == depth) return;
        }
        Segment* halved = (Segment*)heap.AllocateStructure(DirectoryBytes(depth - 1));
        for (int place = 0; place < 1 << (depth - 1); place++) halved[place] = directory[2 * place];
        SetDirectory(heap, slot, halved, depth - 1);
    }

    private static void SetDirectory(ShardHeap heap, SlotHeader* slot, Segment* directory, int depth)
    {
        if (slot->Root.IsDirectory) FreeDirectory(heap, slot);
        slot->Root = new Segment
        {
            Buckets = (byte*)directory,
            BucketCount = Segment.DirectoryMark,
            Depth = (byte)depth,
        };
        slot->AllocatedBytes += ShardHeap.BlockBytes((byte*)directory, DirectoryBytes(depth));
    }

    private static void Dissolve(ShardHeap heap, SlotHeader* slot, Segment last)
    {
        FreeDirectory(heap, slot);
        slot->Root = last;
    }

    private static void FreeDirectory(ShardHeap heap, SlotHeader* slot)
    {
        int bytes = DirectoryBytes(slot->Root.Depth);
        slot->AllocatedBytes -= ShardHeap.BlockBytes(slot->Root.Buckets, bytes);
        heap.FreeStructure(slot->Root.Buckets, bytes);
    }

    private static int DirectoryBytes(int depth) => Segment.Bytes << depth;

    private static byte* AllocateBuckets(ShardHeap heap, SlotHeader* slot, int buckets)
    {
        byte* block = TBlock.IsMovable ? heap.AllocateIndex(buckets) : heap.AllocateFixedIndex(buckets);
        slot->AllocatedBytes += buckets * Bucket.Bytes;
        return block;
    }

    internal static void FreeBuckets(ShardHeap heap, SlotHeader* slot, byte* block, int buckets)
    {
        heap.FreeIndex(block, buckets);
        slot->AllocatedBytes -= buckets * Bucket.Bytes;
    }
}
