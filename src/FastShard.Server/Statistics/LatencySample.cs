namespace FastShard.Server.Statistics;

/// <summary>The worst delay of one second.</summary>
public readonly record struct LatencySample(long UnixSeconds, long Millis);
