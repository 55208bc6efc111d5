namespace FastShard.Server.Configuration;

/// <summary>A snapshot is due after so many seconds with at least so many changes.</summary>
public readonly record struct SavePoint(long Seconds, int Changes);
