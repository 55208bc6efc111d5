namespace FastShard.Server.Configuration;

/// <summary>A snapshot is due after <paramref name="Seconds"/> with at least <paramref name="Changes"/> changes.</summary>
public readonly record struct SavePoint(long Seconds, int Changes);
