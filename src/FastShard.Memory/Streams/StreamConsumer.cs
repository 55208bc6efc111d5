namespace FastShard.Memory;

/// <summary>A consumer of a group.</summary>
/// <remarks>
/// SAFETY: made by its group. OWNER: the group. LIVES: until the consumer or its group is removed.
/// </remarks>
public readonly unsafe ref struct StreamConsumer
{
    internal StreamConsumer(ConsumerBlock* block) => Block = block;

    /// <summary>No consumer.</summary>
    public bool IsNull => Block == null;

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name => Block->Named.Name;

    /// <summary>Deliveries that it did not acknowledge.</summary>
    public long PendingCount => Block->Pending.Count;

    /// <summary>When it last asked for something, milliseconds since 1970.</summary>
    public long SeenMillis
    {
        get => Block->SeenMillis;
        set => Block->SeenMillis = value;
    }

    /// <summary>When it last got something; -1 = never.</summary>
    public long ActiveMillis
    {
        get => Block->ActiveMillis;
        set => Block->ActiveMillis = value;
    }

    internal ConsumerBlock* Block { get; }
}
