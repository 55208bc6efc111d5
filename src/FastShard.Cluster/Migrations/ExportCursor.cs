using FastShard.Cluster.State;

namespace FastShard.Cluster.Migrations;

/// <summary>
/// How far a walk over slots has come: keys in the order of slots, and within a slot in the order of their hashes. A
/// key that was passed is at the target, and its changes are to follow; one that was not goes there as it is then.
/// </summary>
public sealed class ExportCursor
{
    private readonly SlotSet _slots;
    private int _last;

    /// <summary>Before the first of these slots.</summary>
    public ExportCursor(SlotSet slots)
    {
        _slots = slots;
        Slot = slots.TryNextRange(0, out int first, out _last) ? first : SlotSet.Slots;
    }

    /// <summary>The slot that is walked over; <see cref="SlotSet.Slots"/> at the end.</summary>
    public int Slot { get; private set; }

    /// <summary>Keys of the slot whose hash begins with less were passed.</summary>
    public uint Position { get; private set; }

    /// <summary>All were passed.</summary>
    public bool IsAtEnd => Slot >= SlotSet.Slots;

    /// <summary>Whether the slot is one of those that are walked over.</summary>
    public bool Covers(int slot) => _slots.Has(slot);

    /// <summary>Whether a key was passed, by its slot and the upper 32 bits of its hash.</summary>
    public bool IsPassed(int slot, uint place) => slot < Slot || (slot == Slot && place < Position);

    /// <summary>The walk goes on from there in the slot; 0 = the slot is done.</summary>
    public void Advance(uint position)
    {
        Position = position;
        if (position != 0) return;
        if (++Slot <= _last) return;
        Slot = _slots.TryNextRange(Slot, out int first, out _last) ? first : SlotSet.Slots;
    }
}
