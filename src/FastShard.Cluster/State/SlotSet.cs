using System.Numerics;

namespace FastShard.Cluster.State;

/// <summary>A set of slots as a bitmap, laid out as packets have it: slot s is bit s mod 8 of byte s / 8.</summary>
public sealed class SlotSet
{
    /// <summary>Number of slots.</summary>
    public const int Slots = 16384;

    /// <summary>Bytes of the bitmap.</summary>
    public const int Bytes = Slots / 8;

    private readonly byte[] _bits = new byte[Bytes];

    /// <summary>Slots in the set.</summary>
    public int Count { get; private set; }

    /// <summary>The bitmap.</summary>
    public ReadOnlySpan<byte> Bits => _bits;

    /// <summary>Whether a slot is in a bitmap.</summary>
    public static bool Has(ReadOnlySpan<byte> bits, int slot) => (bits[slot >> 3] & (1 << (slot & 7))) != 0;

    /// <summary>Slots in a bitmap.</summary>
    public static int CountOf(ReadOnlySpan<byte> bits)
    {
        int count = 0;
        foreach (byte piece in bits) count += BitOperations.PopCount(piece);
        return count;
    }

    /// <summary>Whether the slot is in the set.</summary>
    public bool Has(int slot) => Has(_bits, slot);

    /// <summary>Puts a slot in. False where it was there.</summary>
    public bool Add(int slot)
    {
        if (Has(slot)) return false;
        _bits[slot >> 3] |= (byte)(1 << (slot & 7));
        Count++;
        return true;
    }

    /// <summary>Takes a slot out. False where it was not there.</summary>
    public bool Remove(int slot)
    {
        if (!Has(slot)) return false;
        _bits[slot >> 3] &= (byte)~(1 << (slot & 7));
        Count--;
        return true;
    }

    /// <summary>The first run of slots at or behind a slot, both ends included. False where there is none.</summary>
    public bool TryNextRange(int from, out int first, out int last)
    {
        first = from;
        while (first < Slots && !Has(first)) first = (first & 7) == 0 && _bits[first >> 3] == 0 ? first + 8 : first + 1;
        last = first;
        if (first >= Slots) return false;
        while (last + 1 < Slots && Has(last + 1)) last++;
        return true;
    }
}
