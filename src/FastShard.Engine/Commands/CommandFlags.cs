namespace FastShard.Engine.Commands;

/// <summary>
/// What a command claims about itself; the names COMMAND reports are in <see cref="CommandFlagNames"/>.
/// </summary>
[Flags]
public enum CommandFlags
{
    None = 0,

    /// <summary>May change keys.</summary>
    Write = 1 << 0,

    /// <summary>Never changes keys.</summary>
    ReadOnly = 1 << 1,

    /// <summary>Refused when over maxmemory and nothing can be evicted.</summary>
    DenyOom = 1 << 2,

    /// <summary>An administrator's command.</summary>
    Admin = 1 << 3,

    PubSub = 1 << 4,
    NoScript = 1 << 5,

    /// <summary>O(1) or O(log n): never worth a clock reading of its own.</summary>
    Fast = 1 << 6,

    Loading = 1 << 7,
    Stale = 1 << 8,
    NoAuth = 1 << 9,

    /// <summary>Not allowed between MULTI and EXEC.</summary>
    NoMulti = 1 << 10,

    Blocking = 1 << 11,
    SkipMonitor = 1 << 12,
    SkipSlowlog = 1 << 13,
    MovableKeys = 1 << 14,
    AllowBusy = 1 << 15,
    NoAsyncLoading = 1 << 16,
    MayReplicate = 1 << 17,
    NoMandatoryKeys = 1 << 18,
    Protected = 1 << 19,
    Asking = 1 << 20,

    /// <summary>Runs at once even inside MULTI (EXEC, DISCARD, MULTI, WATCH, QUIT, RESET).</summary>
    Unqueued = 1 << 21,

    /// <summary>Allowed while a RESP2 connection is subscribed.</summary>
    InPubSub = 1 << 22,

    /// <summary>Takes an optional key but must not be delayed by CLIENT PAUSE WRITE even though it writes.</summary>
    SkipPause = 1 << 23,

    /// <summary>Answers even where CLIENT REPLY is off: its replies are out-of-band messages.</summary>
    RepliesAlways = 1 << 24,

    /// <summary>Changes nothing, but is refused with the writes while snapshots fail.</summary>
    DeniedWithWrites = 1 << 25,

    /// <summary>Refusing it ends the transaction that it was to run (EXEC): it runs, and says so.</summary>
    AbortsWhenRefused = 1 << 26,

    /// <summary>May wait like a blocking command, and is not called one (SHUTDOWN).</summary>
    MayWait = 1 << 27,

    /// <summary>
    /// Moves keys to another server: its client waits for that, and it finds what is left of slots on their way.
    /// </summary>
    Moves = 1 << 28,
}
