using FastShard.Engine.Spreading;

namespace FastShard.Server.Spreading;

/// <summary>
/// A key that is to be spread, whether it is just now or not, and what is known of its use. Changed while all shards
/// are held, or by the first shard's worker.
/// </summary>
internal sealed class SpreadItem(SpreadKey key, SpreadOrigin origin)
{
    public SpreadKey Key { get; } = key;

    public SpreadOrigin Origin { get; } = origin;

    /// <summary>Commands a second below which it counts as cool.</summary>
    public long CoolBelow { get; init; }

    /// <summary>It stays spread when it cools.</summary>
    public bool Keeps { get; init; }

    /// <summary>A write that would bring it together is refused.</summary>
    public bool IsStrict { get; init; }

    /// <summary>It lies together because nobody uses it.</summary>
    public bool IsCool { get; set; }

    /// <summary>It was brought together for a command and is to be spread again behind it.</summary>
    public bool IsInterrupted { get; set; }

    /// <summary>Not to be spread again before.</summary>
    public long NotBeforeMillis { get; set; }

    /// <summary>How long it stays together the next time that a command needs it whole.</summary>
    public long PauseMillis { get; set; }

    /// <summary>How often it was brought together.</summary>
    public long Collapses { get; set; }

    /// <summary>Commands that it had seen at the last look, and what came since, a second.</summary>
    public long OperationsSeen { get; set; }

    public long PerSecond { get; set; }

    /// <summary>Looks in a row at which it was cool.</summary>
    public int CoolLooks { get; set; }
}
