namespace FastShard.Server.Configuration;

/// <summary>
/// When a client whose replies pile up is closed: at once above <paramref name="HardBytes"/>, and after
/// <paramref name="SoftSeconds"/> on end above <paramref name="SoftBytes"/>. 0 is no limit.
/// </summary>
public readonly record struct OutputBufferLimit(long HardBytes, long SoftBytes, int SoftSeconds);
