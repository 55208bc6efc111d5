namespace FastShard.Server.Configuration;

/// <summary>What may be done with a directive, besides reading it.</summary>
[Flags]
public enum DirectiveFlags
{
    /// <summary>CONFIG SET may change it at any time, and readers see the new value in the options.</summary>
    None = 0,

    /// <summary>Fixed at start: CONFIG SET refuses it.</summary>
    Immutable = 1,

    /// <summary>CONFIG SET needs enable-protected-configs: the value reaches the file system.</summary>
    Protected = 2,

    /// <summary>Not matched by a CONFIG GET pattern, only by its exact name.</summary>
    Hidden = 4,

    /// <summary>A secret: kept out of logs and of error texts.</summary>
    Sensitive = 8,

    /// <summary>Has a field and no reader yet: accepted, with the warning of a directive without effect.</summary>
    Pending = 16,

    /// <summary>CONFIG SET answers that the server is loading while it is.</summary>
    DeniesLoading = 32,
}
