namespace FastShard.Engine.SortedSets;

/// <summary>What becomes of the scores of a member that is in several sets.</summary>
internal enum Aggregate
{
    Sum,
    Min,
    Max,

    /// <summary>The sum of the weights, whatever the scores are: how many sets the member is in.</summary>
    Count,
}
