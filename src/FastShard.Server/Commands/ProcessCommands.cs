// Commands about the process as a whole: MONITOR and SHUTDOWN.

using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Server.Logging;
using FastShard.Server.Saving;

namespace FastShard.Server.Commands;

internal static class ProcessCommands
{
    private const CommandFlags Admin =
        CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    public static readonly CommandSpec[] Specs =
    [
        new("MONITOR", 1, Admin | CommandFlags.NoMulti, static (ref CommandContext context) => Monitor(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Listens for all requests received by the server in real-time.",
            Needs = Placement.AllShards,
        },
        new("SHUTDOWN", -1, Admin | CommandFlags.NoMulti | CommandFlags.AllowBusy | CommandFlags.MayWait,
            static (ref CommandContext context) => End(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(N) when saving, where N is the total number of keys in all databases, otherwise O(1)",
            Summary = "Shuts down the server.",
            Syntax = "[NOSAVE | SAVE] [NOW] [FORCE] [ABORT]",
            Needs = Placement.AllShards,
        },
    ];

    private static void Monitor(ref CommandContext context)
    {
        context.Server().Monitors.Add(context.Client());
        context.Reply.Ok();
    }

    private static void End(ref CommandContext context)
    {
        Shutdown shutdown = context.Server().Shutdown;
        if (context.ArgCount == 2 && context.ArgIs(1, "ABORT"u8))
        {
            if (shutdown.TryAbort(context.Client().Worker)) context.Reply.Ok();
            else context.Reply.Error("ERR No shutdown in progress."u8);
            return;
        }
        if (!TryReadTerms(ref context, out ShutdownTerms terms))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        switch (shutdown.Begin(terms))
        {
            case ShutdownStep.Granted:
                // The end itself is the answer: the connection is closed when it comes.
                Log.ShutdownRequested($"SHUTDOWN from {context.Client().Channel.PeerAddress}");
                context.Server().RequestStop();
                break;
            case ShutdownStep.Waits:
                Log.ShutdownRequested($"SHUTDOWN from {context.Client().Channel.PeerAddress}");
                _ = context.TryPark(BlockKind.Shutdown, 0, 0, 0);
                break;
            default:
                context.Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."u8);
                break;
        }
    }

    private static bool TryReadTerms(ref CommandContext context, out ShutdownTerms terms)
    {
        terms = default;
        for (int index = 1; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "SAVE"u8)) terms = terms with { Saves = true };
            else if (context.ArgIs(index, "NOSAVE"u8)) terms = terms with { SkipsSave = true };
            else if (context.ArgIs(index, "FORCE"u8)) terms = terms with { IsForced = true };
            else if (context.ArgIs(index, "NOW"u8)) terms = terms with { IsNow = true };
            else return false;
        }
        return !(terms.Saves && terms.SkipsSave);
    }
}
