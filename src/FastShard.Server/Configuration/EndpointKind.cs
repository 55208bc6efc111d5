namespace FastShard.Server.Configuration;

/// <summary>What clients are told to connect to.</summary>
public enum EndpointKind
{
    Ip,
    Hostname,
    Unknown,
}
