namespace FastShard.Server;

/// <summary>Which version this is, and which version of Redis it is to clients that choose features by it.</summary>
public static class ServerVersion
{
    /// <summary>FastShard's own version.</summary>
    public static string Text { get; } = Own();

    /// <summary>What INFO's redis_version and HELLO's version say.</summary>
    public const string Redis = "7.2.4";

    private static string Own()
    {
        Version? version = typeof(ServerVersion).Assembly.GetName().Version;
        return version is null ? "0.0.0" : version.ToString(fieldCount: 3);
    }
}
