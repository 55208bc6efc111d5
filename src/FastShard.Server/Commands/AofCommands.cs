using FastShard.Engine.Commands;
using FastShard.Server.Transactions;

namespace FastShard.Server.Commands;

/// <summary>Commands for the append-only file.</summary>
internal static class AofCommands
{
    public static readonly CommandSpec[] Specs =
    [
        new("BGREWRITEAOF", 1, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.NoAsyncLoading,
            static (ref CommandContext context) => Rewrite(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(N) where N is the number of keys.",
            Summary = "Rewrites the append-only file to what the data is now.",
            Needs = Placement.AllShards,
        },
    ];

    private static void Rewrite(ref CommandContext context)
    {
        Journaling.AppendOnlyFile aof = context.Server().Aof;
        Transaction transaction = context.Client().Transaction;
        if (transaction.IsOpen || !aof.IsOn)
        {
            aof.ScheduleRewrite();
            context.Reply.SimpleString("Background append only file rewriting scheduled"u8);
        }
        else if (aof.Rewrite() is { } error)
        {
            context.Reply.Error($"ERR Can't execute an AOF background rewriting. {error}");
        }
        else
        {
            context.Reply.SimpleString("Background append only file rewriting started"u8);
        }
    }
}
