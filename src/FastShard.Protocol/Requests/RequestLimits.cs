namespace FastShard.Protocol;

/// <summary>What a peer may ask a <see cref="RequestReader"/> to hold.</summary>
public readonly record struct RequestLimits()
{
    /// <summary>Arguments and bytes an argument that a connection may send before it authenticated.</summary>
    public const int MaxUnauthenticatedArguments = 10;
    public const int MaxUnauthenticatedBulkBytes = 16384;

    /// <summary>The longest inline request, and the longest header line.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>A normal client's limits.</summary>
    public static RequestLimits Default => new();

    /// <summary>proto-max-bulk-len. More than the 2 GB of a blob is refused in any case.</summary>
    public long MaxBulkBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Arguments in one request. Redis 7 allows as many as an int counts.</summary>
    public int MaxArguments { get; init; } = int.MaxValue;

    /// <summary>False while a password is asked for and was not given: the two limits above hold then.</summary>
    public bool Authenticated { get; init; } = true;
}
