using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// Slots whose keys are none of the data: on their way to this server, or left of slots that have gone. Nobody sees
/// them, counts them, evicts them or lets them expire. It never changes, and is replaced.
/// </summary>
public sealed class HiddenSlots
{
    private readonly byte[] _bits;

    /// <summary>Slot s is bit s mod 8 of byte s / 8.</summary>
    public HiddenSlots(ReadOnlySpan<byte> bits) => _bits = bits.ToArray();

    /// <summary>Whether a slot's keys are hidden.</summary>
    public bool Has(int slot) => (_bits[slot >> 3] & (1 << (slot & 7))) != 0;

    /// <summary>Keys of a table that nobody is to see, and those of them with a deadline.</summary>
    public (long Keys, long Volatile) CountIn(KeyTable table)
    {
        long keys = 0;
        long withDeadline = 0;
        for (int slot = table.NextSlot(0); slot >= 0; slot = slot + 1 < KeySlot.Count ? table.NextSlot(slot + 1) : -1)
        {
            if (!Has(slot)) continue;
            keys += table.SlotKeyCount(slot);
            withDeadline += table.SlotVolatileCount(slot);
        }
        return (keys, withDeadline);
    }
}
