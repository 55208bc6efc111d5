namespace FastShard.Engine.SortedSets;

/// <summary>What the two ends of a range are.</summary>
internal enum RangeKind
{
    /// <summary>The options say so: BYSCORE, BYLEX, or nothing for ranks.</summary>
    Unsaid,
    Rank,
    Score,
    Lex,
}
