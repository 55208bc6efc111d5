using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Which keys of one database are to be looked at for passed deadlines of their fields, and when: a heap with the
/// earliest on top, in native memory, growing by a block at a time. A key is named by its slot and hash. What it says
/// is a hint: whoever takes an item asks the key itself.
/// </summary>
/// <remarks>
/// SAFETY: places are checked against the count. OWNER: this object, until Clear. LIVES: as the heap that it is given.
/// </remarks>
public sealed unsafe class FieldDeadlines
{
    private const int SlotBits = 14;
    private const int ItemBits = 9;
    private const int BlockItems = 1 << ItemBits;
    private const int BlockBytes = BlockItems * 16;

    private readonly ShardHeap _heap;
    private readonly List<nint> _blocks = [];

    /// <summary>Empty; it takes no memory before the first item.</summary>
    public FieldDeadlines(ShardHeap heap) => _heap = heap;

    /// <summary>Items.</summary>
    public int Count { get; private set; }

    /// <summary>Latest time that an item can tell: far beyond what commands accept.</summary>
    public static long MillisMax => (1L << (63 - SlotBits)) - 1;

    /// <summary>Adds an item.</summary>
    public void Add(long millis, int slot, ulong hash)
    {
        Invariant.Slow(millis >= 0 && millis <= MillisMax);
        if (Count == _blocks.Count * BlockItems) _blocks.Add((nint)_heap.AllocateStructure(BlockBytes));
        int place = Count++;
        Item item = new() { Order = (millis << SlotBits) | (long)slot, Hash = hash };
        RaiseInto(place, item);
    }

    /// <summary>An item by its place; 0 is the earliest.</summary>
    public void Get(int place, out long millis, out int slot, out ulong hash)
    {
        Invariant.Check((uint)place < (uint)Count);
        Item* item = At(place);
        millis = item->Order >> SlotBits;
        slot = (int)(item->Order & ((1 << SlotBits) - 1));
        hash = item->Hash;
    }

    /// <summary>Removes the item at a place; another one comes there.</summary>
    public void RemoveAt(int place)
    {
        Invariant.Check((uint)place < (uint)Count);
        Item last = *At(--Count);
        // One block is kept in reserve, so that going to and fro over a border costs nothing.
        if (_blocks.Count > (Count / BlockItems) + 2) FreeLastBlock();
        if (Count == 0) Clear();
        if (place == Count) return;
        if (place > 0 && last.Order < At((place - 1) / 2)->Order) RaiseInto(place, last);
        else SinkInto(place, last);
    }

    /// <summary>Removes everything and gives the memory back.</summary>
    public void Clear()
    {
        Count = 0;
        while (_blocks.Count > 0) FreeLastBlock();
    }

    /// <summary>Ends the process if the order is broken. For tests.</summary>
    internal void Verify()
    {
        for (int place = 1; place < Count; place++) Invariant.Check(At((place - 1) / 2)->Order <= At(place)->Order);
    }

    private Item* At(int place) => (Item*)_blocks[place >> ItemBits] + (place & (BlockItems - 1));

    private void RaiseInto(int place, in Item item)
    {
        while (place > 0)
        {
            int parent = (place - 1) / 2;
            if (At(parent)->Order <= item.Order) break;
            *At(place) = *At(parent);
            place = parent;
        }
        *At(place) = item;
    }

    private void SinkInto(int place, in Item item)
    {
        while (true)
        {
            int child = (place * 2) + 1;
            if (child >= Count) break;
            if (child + 1 < Count && At(child + 1)->Order < At(child)->Order) child++;
            if (At(child)->Order >= item.Order) break;
            *At(place) = *At(child);
            place = child;
        }
        *At(place) = item;
    }

    private void FreeLastBlock()
    {
        _heap.FreeStructure((byte*)_blocks[^1], BlockBytes);
        _blocks.RemoveAt(_blocks.Count - 1);
    }

    private struct Item
    {
        /// <summary>Time and slot in one number, in the order of times.</summary>
        internal long Order;
        internal ulong Hash;
    }
}
