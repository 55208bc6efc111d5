namespace FastShard.Server.Clustering.Forwarding;

/// <summary>What a forwarded call asks for.</summary>
internal enum CallKind : byte
{
    /// <summary>A request as the client sent it.</summary>
    Plain,

    /// <summary>The same, and it may wait: it has a link of its own.</summary>
    Waiting,

    /// <summary>What EXEC runs, from MULTI to EXEC.</summary>
    Transaction,

    /// <summary>A part of a command of several nodes.</summary>
    Part,
}
