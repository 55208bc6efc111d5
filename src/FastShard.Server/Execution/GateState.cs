using FastShard.Engine.Commands;

namespace FastShard.Server.Execution;

/// <summary>
/// What keeps commands from running that does not depend on the client. Changed only while all shards are held, so
/// that every shard sees it at its next command.
/// </summary>
internal sealed class GateState
{
    private bool _isOpen = true;
    private volatile bool _refusesWrites;
    private volatile bool _isReadOnly;
    private volatile bool _hidesStale;
    private volatile bool _lacksReplicas;
    private bool _pausesOnlyWrites;
    private bool _holdsSlots;

    /// <summary>True when nothing global stands in a command's way: the one test of the common case.</summary>
    public bool IsOpen => _isOpen && !_refusesWrites && !_hidesStale;

    /// <summary>The same for one command: some gates are for writes alone.</summary>
    public bool IsOpenFor(CommandSpec spec) =>
        IsOpen && (!(_isReadOnly || _lacksReplicas) || !spec.Is(CommandFlags.Write));

    /// <summary>Keys may be another server's. Never changes.</summary>
    public bool IsClustered { get; init; }

    /// <summary>A replica that only its primary writes to. Set by any thread.</summary>
    public bool IsReadOnly
    {
        get => _isReadOnly;
        set => _isReadOnly = value;
    }

    /// <summary>A replica without its primary, that is not to show what it has. Set by any thread.</summary>
    public bool HidesStale
    {
        get => _hidesStale;
        set => _hidesStale = value;
    }

    /// <summary>Fewer replicas are near than there have to be for writes. Set by any thread.</summary>
    public bool LacksReplicas
    {
        get => _lacksReplicas;
        set => _lacksReplicas = value;
    }

    /// <summary>What is written cannot be made durable at the moment: commands that write are refused.</summary>
    public bool RefusesWrites => _refusesWrites;

    /// <summary>CLIENT PAUSE: until when, milliseconds since 1970; 0 = not paused.</summary>
    public long PausedUntilMillis { get; private set; }

    /// <summary>Only commands that may write are paused.</summary>
    public bool PausesOnlyWrites => PausedUntilMillis == 0 || _pausesOnlyWrites;

    /// <summary>The role is being handed over to a replica: writes are paused.</summary>
    public bool IsFailingOver { get; private set; }

    /// <summary>Replicas get the rest of the stream before the end: writes are paused.</summary>
    public bool IsHoldingForEnd { get; private set; }

    /// <summary>Writes are paused until it is said otherwise.</summary>
    public bool HoldsWrites => IsFailingOver || IsHoldingForEnd;

    /// <summary>Connections in MONITOR.</summary>
    public int Monitors { get; private set; }

    /// <summary>
    /// Refuses writes from now on, or no longer. Any thread: who writes at this moment has written before.
    /// </summary>
    public void RefuseWrites(bool refuses) => _refusesWrites = refuses;

    /// <summary>The file is being loaded at the start.</summary>
    public bool IsLoading { get; private set; }

    /// <summary>Snapshots fail, and writes are refused meanwhile.</summary>
    public bool DeniesWrites { get; private set; }

    /// <summary>All is saved for the end: nothing may run any more.</summary>
    public bool IsEnding { get; private set; }

    /// <summary>Commands of some slots wait.</summary>
    public bool HoldsSlots => _holdsSlots;

    /// <summary>Whether there are such slots; every shard is held.</summary>
    public void SetHoldingSlots(bool holds)
    {
        _holdsSlots = holds;
        Update();
    }

    public void SetLoading(bool isLoading)
    {
        IsLoading = isLoading;
        Update();
    }

    public void SetDeniesWrites(bool denies)
    {
        DeniesWrites = denies;
        Update();
    }

    public void SetEnding()
    {
        IsEnding = true;
        Update();
    }

    /// <summary>Pauses until a time.</summary>
    public void Pause(long untilMillis, bool onlyWrites)
    {
        PausedUntilMillis = untilMillis;
        _pausesOnlyWrites = onlyWrites;
        Update();
    }

    /// <summary>Ends a pause.</summary>
    public void Unpause()
    {
        PausedUntilMillis = 0;
        Update();
    }

    /// <summary>Pauses writes until it is said otherwise.</summary>
    public void SetFailingOver(bool isFailingOver)
    {
        IsFailingOver = isFailingOver;
        Update();
    }

    /// <summary>The same before the end.</summary>
    public void SetHoldingForEnd(bool isHolding)
    {
        IsHoldingForEnd = isHolding;
        Update();
    }

    /// <summary>So many connections are in MONITOR now.</summary>
    public void SetMonitors(int count)
    {
        Monitors = count;
        Update();
    }

    /// <summary>True while a pause is in force; one whose time is over ends here.</summary>
    public bool IsPaused(long nowMillis)
    {
        if (PausedUntilMillis == 0) return HoldsWrites;
        if (nowMillis < PausedUntilMillis) return true;
        Unpause();
        return HoldsWrites;
    }

    private void Update() => _isOpen =
        PausedUntilMillis == 0 && !HoldsWrites && Monitors == 0 && !IsLoading && !DeniesWrites && !IsEnding
        && !_holdsSlots;
}
