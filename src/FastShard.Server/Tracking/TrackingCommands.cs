// The part of CLIENT that is client-side caching. What it does is in the other files of this folder.

using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Server.Commands;

namespace FastShard.Server.Tracking;

internal static class TrackingCommands
{
    private const CommandFlags Own = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    // tidy: table
    public static CommandSpec[] Rows() =>
    [
        new("CACHING", 3, Own, static (ref CommandContext context) => Caching(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.0.0",
            Complexity = "O(1)",
            Summary = "Tells the server whether the keys of the next command are tracked.",
            Syntax = "(YES | NO)",
        },
        new("GETREDIR", 2, Own, static (ref CommandContext context) => GetRedirect(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.0.0",
            Complexity = "O(1)",
            Summary = "Returns the id of the client that is told when keys of this one change.",
        },
        new("TRACKING", -3, Own, static (ref CommandContext context) => TrackingSwitch.Run(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.0.0",
            Complexity = "O(N), N = number of clients that are told by prefix.",
            Summary = "Tells the client when keys that it has read are changed, so that it may keep copies.",
            Syntax = "(ON | OFF) [REDIRECT client-id:integer] [PREFIX prefix [PREFIX prefix ...]] [BCAST] [OPTIN] "
                + "[OPTOUT] [NOLOOP]",
            Needs = Placement.AllShards,
        },
        new("TRACKINGINFO", 2, Own, static (ref CommandContext context) => Info(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Returns what the connection has asked for with CLIENT TRACKING.",
        },
    ];

    private static void GetRedirect(ref CommandContext context) =>
        context.Reply.Integer(context.Client().Tracker is { } tracker ? tracker.RedirectId : -1);

    private static void Caching(ref CommandContext context)
    {
        Tracker? tracker = context.Client().Tracker;
        if (tracker is null)
        {
            context.Reply.Error(
                "ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT "u8 +
                "mode enabled"u8);
        }
        else if (context.ArgIs(2, "YES"u8))
        {
            if (!tracker.IsOptIn)
            {
                context.Reply.Error("ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode."u8);
                return;
            }
            tracker.Caching = CachingChoice.Yes;
            context.Reply.Ok();
        }
        else if (context.ArgIs(2, "NO"u8))
        {
            if (!tracker.IsOptOut)
            {
                context.Reply.Error("ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode."u8);
                return;
            }
            tracker.Caching = CachingChoice.No;
            context.Reply.Ok();
        }
        else
        {
            context.Reply.Error(Errors.Syntax);
        }
    }

    private static void Info(ref CommandContext context)
    {
        Tracker? tracker = context.Client().Tracker;
        List<string> flags = Flags(tracker);
        context.Reply.Map(3);
        context.Reply.Bulk("flags"u8);
        context.Reply.Set(flags.Count);
        foreach (string flag in flags) context.Reply.Text(flag);
        context.Reply.Bulk("redirect"u8);
        context.Reply.Integer(tracker?.RedirectId ?? -1);
        context.Reply.Bulk("prefixes"u8);
        context.Reply.Array(tracker?.Prefixes.Count ?? 0);
        if (tracker is null) return;
        foreach (byte[] prefix in tracker.Prefixes) context.Reply.Bulk(prefix);
    }

    private static List<string> Flags(Tracker? tracker)
    {
        if (tracker is null) return ["off"];
        List<string> flags = ["on"];
        if (tracker.IsBroadcast) flags.Add("bcast");
        if (tracker.IsOptIn) flags.Add("optin");
        if (tracker.IsOptIn && tracker.Caching == CachingChoice.Yes) flags.Add("caching-yes");
        if (tracker.IsOptOut) flags.Add("optout");
        if (tracker.IsOptOut && tracker.Caching == CachingChoice.No) flags.Add("caching-no");
        if (tracker.IsNoLoop) flags.Add("noloop");
        if (tracker.IsRedirectBroken) flags.Add("broken_redirect");
        return flags;
    }
}
