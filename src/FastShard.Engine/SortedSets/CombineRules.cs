namespace FastShard.Engine.SortedSets;

/// <summary>Which options one of the combining commands takes.</summary>
/// <param name="TakesScores">WEIGHTS and AGGREGATE.</param>
/// <param name="RepliesMembers">WITHSCORES.</param>
/// <param name="OnlyCounts">LIMIT.</param>
internal readonly record struct CombineRules(bool TakesScores, bool RepliesMembers, bool OnlyCounts);
