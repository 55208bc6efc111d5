namespace FastShard.Memory;

/// <summary>A delivery that nobody acknowledged, as it is now.</summary>
/// <remarks>
/// SAFETY: a copy, but for the owner's name. OWNER: the group. LIVES: the owner's name until a consumer goes.
/// </remarks>
public readonly unsafe struct PendingEntry
{
    internal PendingEntry(PendingItem* item)
    {
        Id = item->Id;
        DeliveryMillis = item->DeliveryMillis;
        DeliveryCount = item->DeliveryCount;
        Turn = item->Turn;
        Owner = item->Owner;
    }

    /// <summary>The entry's id; the entry itself may be deleted.</summary>
    public StreamId Id { get; }

    /// <summary>When it was last delivered, milliseconds since 1970; 0 = released.</summary>
    public long DeliveryMillis { get; }

    /// <summary>How often it was delivered.</summary>
    public long DeliveryCount { get; }

    /// <summary>Rises with each delivery of the group.</summary>
    public ulong Turn { get; }

    /// <summary>Nobody owns it: XNACK released it.</summary>
    public bool IsReleased => Owner == null;

    /// <summary>Its consumer's name; empty if it is released.</summary>
    public ReadOnlySpan<byte> OwnerName => Owner == null ? default : Owner->Named.Name;

    internal ConsumerBlock* Owner { get; }
}
