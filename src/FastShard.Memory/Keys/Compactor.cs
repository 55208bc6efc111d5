using FastShard.Memory.Heap;

namespace FastShard.Memory;

/// <summary>
/// Empties sparse pages by moving their blocks to denser ones, a bounded step at a time.
///
/// A round first selects pages: of each class of entries and bucket arrays the emptiest ones whose blocks fit into the
/// room of the others. Nothing is allocated from them any more. Then the round walks the index of every table; a cell
/// whose reference lies in a selected page (one bit to look up) has its block moved. No block needs to know its
/// table, and nobody else holds its address. A page that loses its last block returns to the pool, which gives its
/// memory back. Detached tables are not walked: their blocks go away by themselves.
/// </summary>
internal sealed unsafe class Compactor
{
    // Below this much waste (or this share of what is used) a round is not worth its cache misses.
    private const long WasteMinBytes = 1024 * 1024;
    private const int WasteShare = 20;

    // The most pages of one class that a round looks at, and the most that one step gives back: both bound a step.
    private const int PagesPerClass = 1024;
    private const int PagesPerTrim = 64;
    private const int FillSteps = 8;
    private const int MoveCost = 8;

    private readonly ShardHeap _heap;
    private readonly RegionPool _pool;
    private readonly SizeClassTable _classes;
    private readonly List<uint> _selected = [];
    private bool _isRunning;
    private int _class;
    private int _table;
    private int _slot;
    private uint _position;
    private long _roundMoves;
    private long _barrenUsedBytes = -1;

    internal Compactor(ShardHeap heap, RegionPool pool, SizeClassTable classes)
    {
        _heap = heap;
        _pool = pool;
        _classes = classes;
    }

    internal long MovedBlocks { get; private set; }

    internal bool Step(int budget)
    {
        if (!_isRunning && !Begin()) return false;
        for (; _class < SizeClassTable.MovableCount && budget > 0; _class++) budget -= Select(_classes.At(_class));
        while (budget > 0)
        {
            if (_selected.Count == 0 || _table >= _heap.Tables.Count)
            {
                return Finish();
            }
            KeyTable table = _heap.Tables[_table];
            int slot = table.IsDetached ? -1 : table.NextSlot(_slot);
            if (slot != _slot) (_slot, _position) = (slot, 0);
            if (slot < 0)
            {
                (_table, _slot) = (_table + 1, 0);
                continue;
            }
            budget -= MoveSegment(table.Header(_slot));
        }
        return true;
    }

    private bool Begin()
    {
        // It is waste, but goes away without any moving.
        if (_pool.HasSurplus) return false;
        long used = _heap.UsedBytes;
        long waste = _heap.MappedBytes - used;
        // A round that moved nothing will not move anything until something changes.
        if (waste < Math.Max(WasteMinBytes, used / WasteShare) || used == _barrenUsedBytes) return false;
        (_class, _table, _slot, _position, _roundMoves) = (0, 0, 0, 0, 0);
        _isRunning = true;
        return true;
    }

    /// <summary>Selects pages of one class; returns what it cost.</summary>
    private int Select(SizeClassTable.SizeClass* sizeClass)
    {
        // How many pages there are of each fill, and how much room in all.
        Span<int> pages = stackalloc int[FillSteps];
        pages.Clear();
        PageHeader* current = sizeClass->Current;
        long room = current->Capacity - current->Used;
        int seen = 0;
        for (PageHeader* page = sizeClass->Listed; page != null && seen < PagesPerClass; page = page->Next, seen++)
        {
            pages[FillOf(page)]++;
            room += page->Capacity - page->Used;
        }
        // The emptiest first, while what lies in them fits into the room that is left beside them.
        for (int fill = 0; fill < FillSteps; fill++)
        {
            if (pages[fill] > 0 && !EvacuateThoseOfFill(sizeClass, fill, seen, ref room)) break;
        }
        return 1 + (seen * MoveCost);
    }

    private bool EvacuateThoseOfFill(SizeClassTable.SizeClass* sizeClass, int fill, int seen, ref long room)
    {
        PageHeader* next;
        for (PageHeader* page = sizeClass->Listed; page != null && seen-- > 0; page = next)
        {
            next = page->Next;
            if (FillOf(page) != fill) continue;
            // Its own room goes, and what it holds needs room elsewhere.
            if (page->Capacity > room) return false;
            room -= page->Capacity;
            Evacuate(page);
        }
        return true;
    }

    private static int FillOf(PageHeader* page) => page->Used * FillSteps / (page->Capacity + 1);

    private void Evacuate(PageHeader* page)
    {
        _classes.Unlist(page);
        page->State = PageState.Evacuating;
        _pool.Evacuating[page->Number / Region.PageCount] |= 1u << (int)(page->Number % Region.PageCount);
        _selected.Add(page->Number);
    }

    /// <summary>Moves what is to be moved of the segment at the position, and goes on behind it.</summary>
    private int MoveSegment(SlotHeader* header)
    {
        Segment* segment = SlotIndex.SegmentOf(header, (ulong)_position << 32);
        int moved = 0;
        if (segment->BucketCount > 0 && _heap.IsEvacuating(segment->Buckets))
        {
            MoveBuckets(header, segment);
            moved++;
        }
        for (byte* bucket = segment->Buckets; bucket < segment->End; bucket += Bucket.Bytes)
        {
            for (int cell = 0; cell < Bucket.Cells; cell++) moved += MoveEntry(bucket, cell);
        }
        _roundMoves += moved;
        MovedBlocks += moved;
        int visited = segment->BucketCount * Bucket.Cells;
        Advance(segment->Depth);
        return 1 + visited + (moved * MoveCost);
    }

    private void Advance(int depth)
    {
        ulong width = 1UL << (32 - depth);
        ulong next = (_position & ~(width - 1)) + width;
        _position = (uint)next;
        if (_position == 0) _slot++;
    }

    private int MoveEntry(byte* bucket, int cell)
    {
        ulong value = Bucket.ReadCell(bucket, cell);
        ulong reference = value & Bucket.ReferenceMask;
        uint pages = _pool.Evacuating[reference >> Region.PlaceBits];
        int page = (int)(reference >> Region.PageUnitBits) & (Region.PageCount - 1);
        if ((pages >> page & 1) == 0) return 0;
        byte* old = _heap.Resolve(reference);
        int size = EntryLayout.Size(old);
        byte* block = _heap.Allocate(size, out ulong moved);
        Buffer.MemoryCopy(old, block, size, size);
        Bucket.WriteCell(bucket, cell, moved | (value & Bucket.VolatileBit));
        _heap.Free(reference, old, size);
        return 1;
    }

    private void MoveBuckets(SlotHeader* header, Segment* segment)
    {
        int bytes = segment->BucketCount * Bucket.Bytes;
        byte* old = segment->Buckets;
        byte* block = _heap.AllocateIndex(segment->BucketCount);
        Buffer.MemoryCopy(old, block, bytes, bytes);
        SlotIndex.SetBuckets(header, segment, block, segment->BucketCount);
        _heap.FreeIndex(old, segment->BucketCount);
    }

    /// <summary>Ends a round; true when another may find more to do.</summary>
    private bool Finish()
    {
        foreach (uint number in _selected)
        {
            uint* pages = _pool.Evacuating + (number / Region.PageCount);
            int place = (int)(number % Region.PageCount);
            // A page that was emptied has lost its bit, and perhaps its region.
            if ((*pages >> place & 1) == 0) continue;
            *pages &= ~(1u << place);
            _classes.List(Region.PageAt((Region*)_pool.Addresses[number / Region.PageCount], place));
        }
        _selected.Clear();
        _isRunning = false;
        _classes.Trim();
        bool isTrimmed = _pool.Trim(PagesPerTrim);
        bool isBarren = isTrimmed && _roundMoves == 0;
        _barrenUsedBytes = isBarren ? _heap.UsedBytes : -1;
        return !isBarren;
    }
}
