using FastShard.Persistence.Journals;

namespace FastShard.Server.Journaling;

/// <summary>
/// A rewrite under way: a snapshot, begun at <paramref name="beganNanos"/>, is to become a base, and a new increment
/// goes on behind it.
/// </summary>
internal sealed class AofRewrite(AofFile made, long beganNanos)
{
    private volatile string? _switchError;

    /// <summary>What the snapshot becomes.</summary>
    public AofFile Base { get; } = made;

    /// <summary>When it began, on the clock that only goes forward.</summary>
    public long BeganNanos { get; } = beganNanos;

    /// <summary>
    /// The first increment behind the base, none if nothing is journalled; the log's thread sets it, and reads it
    /// later.
    /// </summary>
    public long FirstIncrement { get; set; } = long.MaxValue;

    /// <summary>The log could not go on in another file; set by its thread.</summary>
    public string? SwitchError
    {
        get => _switchError;
        set => _switchError = value;
    }
}
