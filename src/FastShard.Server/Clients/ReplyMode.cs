namespace FastShard.Server.Clients;

/// <summary>CLIENT REPLY's states.</summary>
internal enum ReplyMode : byte
{
    On,
    Off,

    /// <summary>CLIENT REPLY SKIP was just sent: it and the next command stay unanswered.</summary>
    SkipNext,

    /// <summary>The command that is running now stays unanswered.</summary>
    Skip,
}
