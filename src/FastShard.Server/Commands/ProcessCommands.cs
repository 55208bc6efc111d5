// Commands about the process as a whole: MONITOR and SHUTDOWN.

using FastShard.Engine;
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
        new("SHUTDOWN", -1, Admin | CommandFlags.NoMulti | CommandFlags.AllowBusy,
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
        bool saves = false;
        bool skipsSave = false;
        bool isForced = false;
        bool aborts = false;
        for (int index = 1; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "SAVE"u8)) saves = true;
            else if (context.ArgIs(index, "NOSAVE"u8)) skipsSave = true;
            else if (context.ArgIs(index, "FORCE"u8)) isForced = true;
            else if (context.ArgIs(index, "ABORT"u8)) aborts = true;
            else if (!context.ArgIs(index, "NOW"u8))
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }
        if ((saves && skipsSave) || (aborts && context.ArgCount > 2))
        {
            context.Reply.Error(Errors.Syntax);
        }
        else if (aborts)
        {
            // An end is never waited for, so there is never one to call off.
            context.Reply.Error("ERR No shutdown in progress."u8);
        }
        else if (!Shutdown.TryPrepare(context.Server(), saves, skipsSave, isForced))
        {
            context.Reply.Error("ERR Errors trying to SHUTDOWN. Check logs."u8);
        }
        else
        {
            // The end itself is the answer: the connection is closed when it comes.
            Log.ShutdownRequested($"SHUTDOWN from {context.Client().Channel.PeerAddress}");
            context.Server().RequestStop();
        }
    }
}
