using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Replication;
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
        new("WAITAOF", 4, CommandFlags.NoScript | CommandFlags.Blocking,
            static (ref CommandContext context) => Wait(ref context))
        {
            Group = CommandGroup.Generic,
            Since = "7.2.0",
            Complexity = "O(1)",
            Summary = "Waits until what the client wrote is on the disk, here and on so many replicas.",
            Syntax = "numlocal:integer numreplicas:integer timeout:integer",
            Tips = ["request_policy:all_shards", "response_policy:agg_min"],
            Needs = Placement.Connection,
        },
    ];

    /// <summary>
    /// WAITAOF's reply: whether what the client wrote is on the disk here, and on how many replicas'.
    /// </summary>
    internal static void ReplyWait(ReplyWriter reply, Connection client)
    {
        reply.Array(2);
        reply.Integer(IsOnDisk(client) ? 1 : 0);
        reply.Integer(ReplicationCommands.CountOnDisk(client));
    }

    /// <summary>Whether a WAITAOF has what it waits for.</summary>
    internal static bool IsWaitOver(Connection client, in ArgumentView arguments)
    {
        _ = Numbers.TryParseInt64(arguments[1], out long here);
        _ = Numbers.TryParseInt64(arguments[2], out long replicas);
        return IsOver(client, here, replicas);
    }

    private static bool IsOver(Connection client, long here, long replicas) =>
        (here == 0 || IsOnDisk(client)) && ReplicationCommands.AreOnDisk(client, replicas);

    private static void Wait(ref CommandContext context)
    {
        if (!context.TryGetInteger(1, out long here)) return;
        if (here is < 0 or > 1)
        {
            context.Reply.Error("ERR value is out of range, value must between 0 and 1"u8);
            return;
        }
        if (!context.TryGetInteger(2, out long replicas)) return;
        if (replicas < 0)
        {
            context.Reply.Error(Errors.NotPositive);
            return;
        }
        if (!BlockTimeout.TryReadMillis(ref context, 3, out long deadlineMillis)) return;
        Connection client = context.Client();
        if (client.Server.Replication.IsReplica)
        {
            context.Reply.Error(
                "ERR WAITAOF cannot be used with replica instances. Please also note that writes to replicas "u8
                + "are just local and are not propagated."u8);
            return;
        }
        if (here == 1 && !client.Server.Aof.IsOn)
        {
            context.Reply.Error("ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled."u8);
            return;
        }
        // What it wrote in this turn is not posted yet.
        if (client.HasEffects) client.Worker.NoteEffects(client);
        if (!IsOver(client, here, replicas) && context.TryPark(BlockKind.Disk, deadlineMillis, 0, 0))
        {
            if (client.Blocked is null && replicas > 0) ReplicationCommands.AskReplicas(client);
            return;
        }
        ReplyWait(context.Reply, client);
    }

    private static bool IsOnDisk(Connection client) =>
        client.Server.Aof.IsOn && client.Server.Aof.Log.SyncedTicket >= client.SyncTicket;

    private static void Rewrite(ref CommandContext context)
    {
        Journaling.AppendOnlyFile aof = context.Server().Aof;
        Transaction transaction = context.Client().Transaction;
        if (aof.IsRewriting)
        {
            context.Reply.Error("ERR Background append only file rewriting already in progress"u8);
        }
        else if (transaction.IsOpen || !aof.CanRewrite)
        {
            aof.ScheduleRewrite();
            context.Reply.SimpleString("Background append only file rewriting scheduled"u8);
        }
        else if (aof.BeginRewrite() is { } error)
        {
            context.Reply.Error($"ERR Can't execute an AOF background rewriting. {error}");
        }
        else
        {
            context.Reply.SimpleString("Background append only file rewriting started"u8);
        }
    }
}
