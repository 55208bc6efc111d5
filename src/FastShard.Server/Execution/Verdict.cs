namespace FastShard.Server.Execution;

/// <summary>What the gatekeeper says to a request that is not plainly fit to run.</summary>
internal enum Verdict
{
    /// <summary>Run it.</summary>
    Run,

    /// <summary>It was refused or queued, and its reply is written.</summary>
    Answered,

    /// <summary>It has to wait (CLIENT PAUSE); the connection goes on from it later.</summary>
    HoldBack,

    /// <summary>Other nodes are to run it, or a part of it.</summary>
    Forward,
}
