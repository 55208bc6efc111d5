namespace FastShard.Engine.Commands;

/// <summary>The flag names of COMMAND INFO, in Redis's order. Flags without a name here are internal.</summary>
public static class CommandFlagNames
{
    private static readonly (CommandFlags Flag, string Name)[] Table =
    [
        (CommandFlags.Write, "write"),
        (CommandFlags.ReadOnly, "readonly"),
        (CommandFlags.DenyOom, "denyoom"),
        (CommandFlags.Admin, "admin"),
        (CommandFlags.PubSub, "pubsub"),
        (CommandFlags.NoScript, "noscript"),
        (CommandFlags.Blocking, "blocking"),
        (CommandFlags.Loading, "loading"),
        (CommandFlags.Stale, "stale"),
        (CommandFlags.SkipMonitor, "skip_monitor"),
        (CommandFlags.SkipSlowlog, "skip_slowlog"),
        (CommandFlags.Asking, "asking"),
        (CommandFlags.Fast, "fast"),
        (CommandFlags.NoAuth, "no_auth"),
        (CommandFlags.NoMandatoryKeys, "no_mandatory_keys"),
        (CommandFlags.NoAsyncLoading, "no_async_loading"),
        (CommandFlags.NoMulti, "no_multi"),
        (CommandFlags.MovableKeys, "movablekeys"),
        (CommandFlags.AllowBusy, "allow_busy"),
    ];

    /// <summary>The public names of the flags that are set.</summary>
    public static IEnumerable<string> Of(CommandFlags flags)
    {
        foreach ((CommandFlags flag, string name) in Table)
        {
            if ((flags & flag) != 0) yield return name;
        }
    }
}
