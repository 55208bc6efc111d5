namespace FastShard.Server.Configuration;

/// <summary>Who may use a dangerous part of the server.</summary>
public enum AccessRule
{
    No,
    Yes,

    /// <summary>Only connections over loopback or a unix socket.</summary>
    Local,
}
