using System.Numerics;
using System.Runtime.CompilerServices;
using FastShard.Memory.Interop;

namespace FastShard.Memory;

/// <summary>
/// The 16384 slot headers of a table in one mapping, with what finds slots quickly: a bitmap of the slots with keys,
/// one of the slots with deadlines, and key counts of 1024 groups of 16 slots and of 32 quarters of 512, so that a
/// random key can be picked fairly by adding up some forty numbers. Pages that no key has touched take no memory.
/// </summary>
internal sealed unsafe class SlotArray
{
    internal const int GroupSlots = 16;
    internal const int Groups = KeySlot.Count / GroupSlots;
    internal const int QuarterGroups = 32;
    internal const int Quarters = Groups / QuarterGroups;

    private const int HeaderBytes = KeySlot.Count * SlotHeader.Bytes;
    private const int BitmapWords = KeySlot.Count / 64;

    /// <summary>Bytes of the bitmaps and counts.</summary>
    internal const int FixedBytes = (2 * BitmapWords * sizeof(ulong)) + (2 * (Groups + Quarters) * sizeof(int));

    /// <summary>Bytes of the mapping: half a megabyte and a bit.</summary>
    internal const int Bytes = HeaderBytes + FixedBytes;

    private readonly ShardHeap _heap;
    private readonly byte* _memory;
    private int _usedSlots;

    internal SlotArray(ShardHeap heap)
    {
        _heap = heap;
        _memory = SystemMemory.Map(Bytes);
        if (_memory == null) throw new InsufficientMemoryException();
    }

    /// <summary>Bytes of the headers of slots with keys: what counts of the mapping, besides the fixed part.</summary>
    internal long UsedHeaderBytes => (long)_usedSlots * SlotHeader.Bytes;

    internal SlotHeader* Headers => (SlotHeader*)_memory;

    private ulong* Used => (ulong*)(_memory + HeaderBytes);

    private ulong* Volatile => Used + BitmapWords;

    private int* GroupKeys => (int*)(Volatile + BitmapWords);

    // The quarters' counts lie behind the groups'.
    private int* GroupVolatile => GroupKeys + Groups + Quarters;

    // OWNER: the table, which calls Unmap once. LIVES: until then.
    internal void Unmap() => SystemMemory.Unmap(_memory, Bytes);

    /// <summary>Back to all zeroes. The slots own nothing any more.</summary>
    internal void Reset()
    {
        CountUsed(-_usedSlots);
        if (!SystemMemory.Discard(_memory, Bytes)) new Span<byte>(_memory, Bytes).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddKeys(int slot, int delta)
    {
        int before = Headers[slot].KeyCount;
        Headers[slot].KeyCount = before + delta;
        AddToGroups(GroupKeys, slot, delta);
        if (before != 0 && before + delta != 0) return;
        Flip(Used, slot, before == 0);
        CountUsed(before == 0 ? 1 : -1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void AddVolatile(int slot, int delta)
    {
        int before = Headers[slot].VolatileCount;
        Headers[slot].VolatileCount = before + delta;
        AddToGroups(GroupVolatile, slot, delta);
        if (before == 0 || before + delta == 0) Flip(Volatile, slot, before == 0);
    }

    /// <summary>The first slot from this one on with keys (with deadlines), or -1.</summary>
    internal int Next(int slot, bool volatileOnly)
    {
        if ((uint)slot >= KeySlot.Count) return -1;
        ulong* bits = volatileOnly ? Volatile : Used;
        int word = slot / 64;
        ulong rest = bits[word] & (ulong.MaxValue << (slot % 64));
        while (rest == 0)
        {
            if (++word == BitmapWords) return -1;
            rest = bits[word];
        }
        return (word * 64) + BitOperations.TrailingZeroCount(rest);
    }

    /// <summary>The slot of the key with this rank, all keys (all with deadlines) counted slot by slot.</summary>
    internal int SlotOfRank(long rank, bool volatileOnly)
    {
        int* groups = volatileOnly ? GroupVolatile : GroupKeys;
        int* quarters = groups + Groups;
        int quarter = 0;
        while (rank >= quarters[quarter]) rank -= quarters[quarter++];
        int group = quarter * QuarterGroups;
        while (rank >= groups[group]) rank -= groups[group++];
        for (int slot = group * GroupSlots; ; slot++)
        {
            int count = volatileOnly ? Headers[slot].VolatileCount : Headers[slot].KeyCount;
            if (rank < count) return slot;
            rank -= count;
        }
    }

    // Slots without keys are not counted, though their headers may share a page with others: a table that is used
    // little would look half a megabyte large from its first key on, on every shard.
    private void CountUsed(int slots)
    {
        _usedSlots += slots;
        _heap.AddTableBytes(slots * SlotHeader.Bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddToGroups(int* groups, int slot, int delta)
    {
        groups[slot / GroupSlots] += delta;
        groups[Groups + (slot / (GroupSlots * QuarterGroups))] += delta;
    }

    private static void Flip(ulong* bits, int slot, bool on)
    {
        ulong bit = 1UL << (slot % 64);
        if (on) bits[slot / 64] |= bit;
        else bits[slot / 64] &= ~bit;
    }
}
