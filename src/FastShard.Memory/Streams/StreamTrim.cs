namespace FastShard.Memory;

/// <summary>Which entries are to be removed from the front of a stream.</summary>
public readonly record struct StreamTrim
{
    /// <summary>By length: down to so many entries. Else by id: those below <see cref="MinId"/>.</summary>
    public bool IsByLength { get; init; }

    /// <summary>Entries that may stay.</summary>
    public long MaxLength { get; init; }

    /// <summary>The first id that may stay.</summary>
    public StreamId MinId { get; init; }

    /// <summary>Whole nodes only: what is left may be more than asked for.</summary>
    public bool IsApproximate { get; init; }

    /// <summary>Entries removed at most; 0 = all.</summary>
    public long Limit { get; init; }

    /// <summary>What happens to deliveries.</summary>
    public StreamReferences References { get; init; }
}
