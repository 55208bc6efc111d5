// Who follows whom: REPLICAOF, its older name, and ROLE.

using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Replication.Failovers;
using FastShard.Replication.Primary;
using FastShard.Server.Clients;
using FastShard.Server.Commands;
using FastShard.Server.Logging;

namespace FastShard.Server.Replication;

internal static class RoleCommands
{
    private const CommandFlags Changing =
        CommandFlags.Admin | CommandFlags.NoAsyncLoading | CommandFlags.NoScript | CommandFlags.Stale;

    public static readonly CommandSpec[] Specs =
    [
        new("REPLICAOF", 3, Changing, static (ref CommandContext context) => Follow(ref context))
        {
            Group = CommandGroup.Server,
            Since = "5.0.0",
            Complexity = "O(1)",
            Summary = "Makes the server a replica of another, or promotes it to a primary.",
            Syntax = "host port",
            Needs = Placement.AllShards,
        },
        new("SLAVEOF", 3, Changing, static (ref CommandContext context) => Follow(ref context))
        {
            Group = CommandGroup.Server,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "The older name of REPLICAOF.",
            Syntax = "host port",
            Needs = Placement.AllShards,
        },
        new("FAILOVER", -1, CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Stale,
            static (ref CommandContext context) => HandOver(ref context))
        {
            Group = CommandGroup.Server,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Hands the role of the primary over to one of the replicas, without losing a write.",
            Syntax = "[TO host port:integer [FORCE]] [ABORT] [TIMEOUT milliseconds:integer]",
            Needs = Placement.AllShards,
        },
        new("ROLE", 1,
            CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast,
            static (ref CommandContext context) => Role(ref context))
        {
            Group = CommandGroup.Server,
            Since = "2.8.12",
            Complexity = "O(1)",
            Summary = "Tells whether the server is a primary or a replica, and of whom.",
            Categories = AclCategories.Admin | AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
    ];

    private static void Follow(ref CommandContext context)
    {
        Connection client = context.Client();
        Replicator replication = client.Server.Replication;
        if (client.Server.Cluster is not null)
        {
            context.Reply.Error("ERR REPLICAOF not allowed in cluster mode."u8);
            return;
        }
        if (replication.Failover.State != FailoverState.None)
        {
            context.Reply.Error("ERR REPLICAOF not allowed while failing over."u8);
            return;
        }
        if (context.ArgIs(1, "NO"u8) && context.ArgIs(2, "ONE"u8))
        {
            replication.Promote(client.Worker);
            context.Reply.Ok();
            return;
        }
        if (client.Replica is { IsEnlisted: true })
        {
            context.Reply.Error("ERR Command is not valid when client is a replica."u8);
            return;
        }
        if (!Numbers.TryParseInt64(context.Arg(2), out long port) || port is < 0 or > 65535)
        {
            context.Reply.Error("ERR Invalid master port"u8);
            return;
        }
        string host = context.Text(1);
        if (replication.Link is { } link && link.Host == host && link.Port == port)
        {
            context.Reply.SimpleString("OK Already connected to specified master"u8);
            return;
        }
        replication.Follow(client.Worker, host, (int)port);
        Log.Notice($"REPLICAOF {host}:{port} enabled (user request from {client.Channel.PeerAddress})");
        context.Reply.Ok();
    }

    private static void HandOver(ref CommandContext context)
    {
        if (context.Server().Cluster is not null)
        {
            context.Reply.Error("ERR FAILOVER not allowed in cluster mode."u8);
            return;
        }
        FailoverRun failover = context.Server().Replication.Failover;
        if (context.Server().Cluster is not null)
        {
            context.Reply.Error(
                "ERR FAILOVER not allowed in cluster mode. Use CLUSTER FAILOVER command instead."u8);
            return;
        }
        if (context.ArgCount == 2 && context.ArgIs(1, "ABORT"u8))
        {
            if (failover.TryAbort(context.Client().Worker)) context.Reply.Ok();
            else context.Reply.Error("ERR No failover in progress."u8);
            return;
        }
        List<string> words = [];
        for (int index = 1; index < context.ArgCount; index++) words.Add(context.Text(index));
        FailoverTerms? terms = FailoverTerms.Read(words, out string wrong);
        string? error = terms is null ? wrong : failover.Begin(context.Client().Worker, terms);
        if (error is null) context.Reply.Ok();
        else context.Reply.Error(error);
    }

    private static void Role(ref CommandContext context)
    {
        Replicator replication = context.Server().Replication;
        if (replication.Link is { } link)
        {
            context.Reply.Array(5);
            context.Reply.Bulk("slave"u8);
            context.Reply.Text(link.Host);
            context.Reply.Integer(link.Port);
            context.Reply.Text(NameOf(link.State));
            context.Reply.Integer(link.StreamId is null ? -1 : link.Offset);
            return;
        }
        Replica[] replicas = Array.FindAll(
            replication.Replicas.All, static replica => replica.Progress.IsOnline);
        context.Reply.Array(3);
        context.Reply.Bulk("master"u8);
        context.Reply.Integer(replication.StreamEnd());
        context.Reply.Array(replicas.Length);
        foreach (Replica replica in replicas)
        {
            (string address, int port) = replica.Endpoint();
            context.Reply.Array(3);
            context.Reply.Text(address);
            context.Reply.Text($"{port}");
            context.Reply.Text($"{replica.Progress.Acknowledged}");
        }
    }

    private static string NameOf(LinkState state) => state switch
    {
        LinkState.Idle => "connect",
        LinkState.Connecting => "connecting",
        LinkState.Greeting => "handshake",
        LinkState.Connected => "connected",
        _ => "sync",
    };
}
