// SAVE, BGSAVE and LASTSAVE.

using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Server.Commands;

namespace FastShard.Server.Saving;

internal static class SaveCommands
{
    private const CommandFlags Admin = CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading;

    private static ReadOnlySpan<byte> OtherActive =>
        "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE in order to "u8
        + "schedule a BGSAVE whenever possible."u8;

    public static readonly CommandSpec[] Specs =
    [
        new("SAVE", 1, Admin | CommandFlags.NoMulti, static (ref CommandContext context) => Save(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(N) where N is the total number of keys in all databases",
            Summary = "Writes the snapshot file while all clients wait.",
            Needs = Placement.AllShards,
        },
        new("BGSAVE", -1, Admin, static (ref CommandContext context) => SaveInBackground(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(1) for the moment that the snapshot is of; its writing goes on beside the commands.",
            Summary = "Writes the snapshot file in the background, as everything is at this moment.",
            Syntax = "[SCHEDULE | CANCEL]",
            Needs = Placement.AllShards,
        },
        new("LASTSAVE", 1, CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
            static (ref CommandContext context) => LastSave(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Returns the time of the last save that went well.",
            Tips = ["nondeterministic_output"],
            Categories = AclCategories.Admin | AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
    ];

    private static void Save(ref CommandContext context)
    {
        Saver saver = context.Server().Saver;
        if (saver.IsRunning) context.Reply.Error("ERR Background save already in progress"u8);
        else if (saver.SaveNow() is null) context.Reply.Ok();
        else context.Reply.Error("ERR"u8);
    }

    private static void SaveInBackground(ref CommandContext context)
    {
        Saver saver = context.Server().Saver;
        bool cancels = context.ArgCount == 2 && context.ArgIs(1, "CANCEL"u8);
        bool schedules = context.ArgCount == 2 && context.ArgIs(1, "SCHEDULE"u8);
        if (context.ArgCount > 1 && !cancels && !schedules) context.Reply.Error(Errors.Syntax);
        else if (cancels) Cancel(ref context, saver);
        else if (saver.IsRunning || (saver.IsTaken && !context.Server().Aof.IsRewriting))
            context.Reply.Error("ERR Background save already in progress"u8);
        else if (saver.IsTaken && !schedules) context.Reply.Error(OtherActive);
        else if (context.Client().Transaction.IsOpen || saver.IsTaken) Schedule(ref context, saver);
        else
        {
            saver.Begin();
            context.Reply.Status("Background saving started");
        }
    }

    // In a transaction its end is waited for, so that the snapshot has all of it or nothing.
    private static void Schedule(ref CommandContext context, Saver saver)
    {
        saver.Schedule();
        context.Reply.Status("Background saving scheduled");
    }

    private static void Cancel(ref CommandContext context, Saver saver)
    {
        if (saver.Cancel("due to user request"))
        {
            context.Reply.Status("Background saving cancelled");
        }
        else if (saver.IsScheduled)
        {
            saver.Unschedule();
            context.Reply.Status("Scheduled background saving cancelled");
        }
        else
        {
            context.Reply.Error("ERR Background saving is currently not in progress or scheduled"u8);
        }
    }

    private static void LastSave(ref CommandContext context) =>
        context.Reply.Integer(context.Server().Saver.LastSaveMillis / 1000);
}
