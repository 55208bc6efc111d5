namespace FastShard.Server;

/// <summary>Which version of Redis this server is to clients that choose features by it.</summary>
internal static class ServerVersion
{
    /// <summary>What INFO's redis_version and HELLO's version say.</summary>
    public const string Redis = "7.2.4";
}
