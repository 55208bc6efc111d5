// What replicas ask of their primary, and what clients ask about replicas.

using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Replication.Failovers;
using FastShard.Replication.Primary;
using FastShard.Server.Clients;
using FastShard.Server.Commands;
using FastShard.Server.Logging;

namespace FastShard.Server.Replication;

internal static class ReplicationCommands
{
    private const CommandFlags Internal = CommandFlags.Admin | CommandFlags.NoScript;

    public static readonly CommandSpec[] Specs =
    [
        new("PSYNC", -3, Internal | CommandFlags.NoAsyncLoading | CommandFlags.NoMulti,
            static (ref CommandContext context) => Psync(ref context))
        {
            Group = CommandGroup.Server,
            Since = "2.8.0",
            Complexity = "O(1) where the stream can go on; O(N) in the background for a snapshot.",
            Summary = "Gives the replication stream from a place on, with a snapshot in front of it where needed.",
            Syntax = "replicationid offset:integer [FAILOVER]",
            Needs = Placement.AllShards,
        },
        new("SYNC", 1, Internal | CommandFlags.NoAsyncLoading | CommandFlags.NoMulti,
            static (ref CommandContext context) => Ask(ref context, "?"u8, 0, isOld: true))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(N) in the background where N is the number of keys.",
            Summary = "Gives a snapshot, and the replication stream behind it.",
            Needs = Placement.AllShards,
        },
        new("REPLCONF", -1, Internal | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.AllowBusy,
            static (ref CommandContext context) => Configure(ref context))
        {
            Group = CommandGroup.Server,
            Since = "3.0.0",
            Complexity = "O(1)",
            Summary = "Tells a primary about its replica, and how far that is.",
            Syntax = "[option:string value:string ...]",
            Needs = Placement.Connection,
        },
        new("WAIT", 3, CommandFlags.NoScript | CommandFlags.Blocking,
            static (ref CommandContext context) => Wait(ref context))
        {
            Group = CommandGroup.Generic,
            Since = "3.0.0",
            Complexity = "O(1)",
            Summary = "Waits until so many replicas have what the client wrote.",
            Syntax = "numreplicas:integer timeout:integer",
            Tips = ["request_policy:all_shards", "response_policy:agg_min"],
            Categories = AclCategories.Connection,
            Needs = Placement.Connection,
        },
    ];

    /// <summary>In the stream: replicas say at once how far they are.</summary>
    public static ReadOnlySpan<byte> Question => "*3\r\n$8\r\nREPLCONF\r\n$6\r\nGETACK\r\n$1\r\n*\r\n"u8;

    /// <summary>Whether a WAIT has what it waits for.</summary>
    public static bool IsWaitOver(Connection client, in ArgumentView arguments)
    {
        _ = Numbers.TryParseInt64(arguments[1], out long wanted);
        return TryTarget(client, out long target) && client.Server.Replication.Replicas.CountAt(target) >= wanted;
    }

    /// <summary>WAIT's reply: how many replicas have what the client wrote.</summary>
    public static void ReplyWait(ReplyWriter reply, Connection client)
    {
        if (!TryTarget(client, out long target)) target = client.Server.Replication.Feed.Backlog.End;
        reply.Integer(client.Server.Replication.Replicas.CountAt(target));
    }

    /// <summary>On how many replicas' disks it is what the client wrote.</summary>
    public static int CountOnDisk(Connection client)
    {
        if (!TryTarget(client, out long target)) target = client.Server.Replication.Feed.Backlog.End;
        return client.Server.Replication.Replicas.CountOnDisk(target);
    }

    /// <summary>Whether it is on so many.</summary>
    public static bool AreOnDisk(Connection client, long wanted) => wanted <= 0
        || (TryTarget(client, out long target) && client.Server.Replication.Replicas.CountOnDisk(target) >= wanted);

    private static void Psync(ref CommandContext context)
    {
        if (!context.TryGetInteger(2, out long wanted)) return;
        bool takesRole = context.ArgCount > 3 && context.ArgIs(3, "FAILOVER"u8);
        if (!takesRole || TryTakeRole(ref context)) Ask(ref context, context.Arg(1), wanted, isOld: false);
    }

    // The primary wants to be this replica's replica.
    private static bool TryTakeRole(ref CommandContext context)
    {
        Connection client = context.Client();
        Replicator replication = client.Server.Replication;
        string id = context.Text(1);
        Log.Warning($"Failover request received for replid {id}.");
        if (!replication.IsReplica)
        {
            context.Reply.Error("ERR PSYNC FAILOVER can't be sent to a master."u8);
            return false;
        }
        if (!id.Equals(replication.Ids.Id, StringComparison.OrdinalIgnoreCase))
        {
            context.Reply.Error("ERR PSYNC FAILOVER replid must match my replid."u8);
            return false;
        }
        replication.Promote(client.Worker);
        Log.Notice($"MASTER MODE enabled (failover request from {client.Channel.PeerAddress})");
        return true;
    }

    // There is no reply: the answer comes when it is known where the stream can begin.
    private static void Ask(ref CommandContext context, ReadOnlySpan<byte> id, long wanted, bool isOld)
    {
        Connection client = context.Client();
        if (client.Replica is { IsEnlisted: true }) return;
        if (client.Server.Replication.Failover.State != FailoverState.None)
        {
            context.Reply.Error("NOMASTERLINK Can't SYNC while failing over"u8);
            return;
        }
        if (client.Server.Replication.Link is { IsConnected: false })
        {
            context.Reply.Error("NOMASTERLINK Can't SYNC while not connected with my master"u8);
            return;
        }
        Log.Notice($"Replica {client.Channel.PeerAddress} asks for synchronization");
        Replica replica = client.Replica ??= new Replica(client);
        client.Server.Replication.Admit(client.Worker, replica, id.ToArray(), wanted, isOld);
    }

    private static void Configure(ref CommandContext context)
    {
        Connection client = context.Client();
        if (context.ArgCount % 2 == 0)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        for (int index = 1; index < context.ArgCount; index += 2)
        {
            if (context.ArgIs(index, "ACK"u8))
            {
                bool hasDisk = context.ArgCount > index + 3 && context.ArgIs(index + 2, "FACK"u8);
                NoteOnDisk(client, hasDisk ? context.Arg(index + 3) : default);
                Acknowledge(client, context.Arg(index + 1), context.NowMillis);
                return; // it is told, and hears nothing
            }
            if (context.ArgIs(index, "GETACK"u8)) return; // the primary's word, for a replica's link
            ReplicaProgress progress = (client.Replica ??= new Replica(client)).Progress;
            if (progress.Configure(context.Arg(index), context.Arg(index + 1)) is not { } error) continue;
            context.Reply.Error(error);
            return;
        }
        context.Reply.Ok();
    }

    private static void NoteOnDisk(Connection client, ReadOnlySpan<byte> text)
    {
        if (client.Replica is not { IsEnlisted: true } replica) return;
        if (Numbers.TryParseInt64(text, out long offset)) replica.Progress.AcknowledgeOnDisk(offset);
    }

    private static void Acknowledge(Connection client, ReadOnlySpan<byte> text, long nowMillis)
    {
        if (client.Replica is not { IsEnlisted: true } replica) return;
        if (!Numbers.TryParseInt64(text, out long offset)) return;
        if (replica.Progress.Acknowledge(offset, nowMillis))
        {
            Log.Notice($"Synchronization with replica {client.Channel.PeerAddress} succeeded");
            client.Server.Replication.UpdateGate(nowMillis);
        }
        client.Server.Replication.NoteAcknowledged();
    }

    private static void Wait(ref CommandContext context)
    {
        Connection client = context.Client();
        if (client.Server.Replication.IsReplica)
        {
            context.Reply.Error(
                "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica "u8
                + "is configured to be writable (which is not the default) writes to replicas are just local and "u8
                + "are not propagated."u8);
            return;
        }
        if (!context.TryGetInteger(1, out long wanted)) return;
        if (!BlockTimeout.TryReadMillis(ref context, 2, out long deadlineMillis)) return;
        // What it wrote in this turn is not posted yet.
        if (client.HasEffects) client.Worker.NoteEffects(client);
        bool isKnown = TryTarget(client, out long target);
        bool isOver = wanted <= 0 || (isKnown && client.Server.Replication.Replicas.CountAt(target) >= wanted);
        if (!isOver && context.TryPark(BlockKind.Replicas, deadlineMillis, 0, 0))
        {
            if (client.Blocked is null) AskReplicas(client);
            return;
        }
        ReplyWait(context.Reply, client);
    }

    // What has to be applied for the client's writes to be; 0 where it wrote nothing.
    private static bool TryTarget(Connection client, out long target)
    {
        target = client.SyncTicket == 0 ? 0 : client.WaitOffset;
        return client.SyncTicket == 0 || client.WaitTicket == client.SyncTicket;
    }

    /// <summary>
    /// Notes where the client's writes end in the stream, and asks all replicas behind them how far they are.
    /// </summary>
    public static void AskReplicas(Connection client)
    {
        FastShardServer server = client.Server;
        if (!server.Replication.Feed.IsOn) return;
        long ticket = client.SyncTicket;
        Sharding.Shard home = client.Home;
        server.Aof.Log.PostCut(() =>
        {
            ReplicationFeed feed = server.Replication.Feed;
            client.WaitOffset = feed.Backlog.End;
            client.WaitTicket = ticket;
            feed.AppendRaw(Question);
            feed.Publish();
            home.Reactor.Wake();
        });
    }
}
