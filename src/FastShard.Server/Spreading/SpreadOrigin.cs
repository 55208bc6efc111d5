namespace FastShard.Server.Spreading;

/// <summary>Why a key is spread.</summary>
internal enum SpreadOrigin
{
    /// <summary>Somebody said SPREAD.</summary>
    Command,

    /// <summary>It is written so often that a rule is met.</summary>
    Rule,

    /// <summary>It is read so often that copies pay.</summary>
    Reads,
}
