namespace FastShard.Replication.Replica;

/// <summary>What a replica tells its primary of itself, and where it wants to go on.</summary>
/// <param name="User">Empty = none.</param>
/// <param name="Password">Empty = no login.</param>
/// <param name="Port">The port that it is to be known by.</param>
/// <param name="Address">The address that it is to be known by; empty = where it comes from.</param>
/// <param name="StreamId">The stream that it has; null = none.</param>
/// <param name="Offset">Bytes of it that it has applied.</param>
/// <param name="GivesRole">The other is a replica so far, and is asked to be the primary (PSYNC ... FAILOVER).</param>
public sealed record LinkTerms(
    string User, string Password, int Port, string Address, string? StreamId, long Offset,
    bool GivesRole = false);
