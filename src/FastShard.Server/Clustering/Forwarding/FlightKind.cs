namespace FastShard.Server.Clustering.Forwarding;

/// <summary>What the next reply on a link is for.</summary>
internal enum FlightKind : byte
{
    /// <summary>A step of the greeting that has to succeed.</summary>
    Greeting,

    /// <summary>A step of the greeting that a node may not know.</summary>
    Courtesy,

    /// <summary>The number that the link has at the node.</summary>
    LinkId,

    /// <summary>Something before a call's own reply (ASKING, MULTI and its queue).</summary>
    Prelude,

    /// <summary>A call's reply.</summary>
    Reply,
}
