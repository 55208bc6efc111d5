namespace FastShard.Engine.Spreading;

/// <summary>
/// In which ways a key can be in more than one place; a command's row says over which of them it works.
/// </summary>
[Flags]
public enum SpreadKinds : byte
{
    None = 0,

    /// <summary>An integer that all shards count on.</summary>
    Counter = 1,

    /// <summary>A value that all shards answer reads from.</summary>
    Copy = 2,

    /// <summary>A hash of integers that all shards count on.</summary>
    Hash = 4,

    /// <summary>A sorted set with whole scores that all shards count on.</summary>
    Scores = 8,

    /// <summary>All of them: what asks about the key alone.</summary>
    All = Counter | Copy | Hash | Scores,
}
