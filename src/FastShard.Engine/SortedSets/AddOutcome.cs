namespace FastShard.Engine.SortedSets;

/// <summary>What became of one member that was to be added.</summary>
internal enum AddOutcome
{
    /// <summary>The options forbid it.</summary>
    Refused,

    /// <summary>It has that score already.</summary>
    Unchanged,
    Added,
    Updated,

    /// <summary>Infinities of both signs were added.</summary>
    NotANumber,
}
