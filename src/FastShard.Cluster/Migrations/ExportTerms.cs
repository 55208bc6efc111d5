namespace FastShard.Cluster.Migrations;

/// <summary>What a move of slots goes by.</summary>
/// <param name="SilenceMillis">So long the target may be silent, and may stay unknown what it has done.</param>
/// <param name="FinalBytes">With so little on the way writes may be held for the end.</param>
/// <param name="HighBytes">With so much on the way writers are slowed down.</param>
public sealed record ExportTerms(long SilenceMillis, long FinalBytes = 64 * 1024, long HighBytes = 8 * 1024 * 1024);
