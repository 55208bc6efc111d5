// CLIENT subcommands that look at or touch other connections: every shard is held while they run.

using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;

namespace FastShard.Server.Commands;

internal static class ClientAdminCommands
{
    private const CommandFlags Admin =
        CommandFlags.Admin | CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    private const string Filters =
        "[TYPE (NORMAL | MASTER | REPLICA | PUBSUB)] [USER username] [ADDR ip:port] [LADDR ip:port] " +
        "[SKIPME (YES | NO)] [MAXAGE seconds:integer] [FLAGS flags] [NAME name] [IDLE seconds:integer] " +
        "[LIB-NAME libname] [LIB-VER libver] [DB db:integer] [IP ip] " +
        "[NOT-ID client-id:integer [client-id:integer ...]] [NOT-TYPE (NORMAL | MASTER | REPLICA | PUBSUB)] " +
        "[NOT-USER username] [NOT-ADDR ip:port] [NOT-LADDR ip:port] [NOT-FLAGS flags] [NOT-NAME name] " +
        "[NOT-LIB-NAME libname] [NOT-LIB-VER libver] [NOT-DB db:integer] [NOT-IP ip]";

    // table
    public static CommandSpec[] Rows() =>
    [
        new("KILL", -3, Admin, static (ref CommandContext context) => Kill(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "2.4.0",
            Complexity = "O(N) where N is the number of client connections",
            Summary = "Terminates open connections.",
            Syntax = $"(ip:port | [ID client-id:integer [client-id:integer ...]] {Filters})",
            Needs = Placement.AllShards,
        },
        new("LIST", -2, Admin, static (ref CommandContext context) => List(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "2.4.0",
            Complexity = "O(N) where N is the number of client connections",
            Summary = "Lists open connections.",
            Syntax = $"[ID client-id:integer [client-id:integer ...]] {Filters}",
            Needs = Placement.AllShards,
            Tips = ["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
        },
        new("PAUSE", -3, Admin | CommandFlags.SkipPause, static (ref CommandContext context) => Pause(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "3.0.0",
            Complexity = "O(1)",
            Summary = "Suspends commands processing.",
            Syntax = "timeout:integer [WRITE | ALL]",
            Needs = Placement.AllShards,
        },
        new("UNBLOCK", -3, Admin, static (ref CommandContext context) => Unblock(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "5.0.0",
            Complexity = "O(log N) where N is the number of client connections",
            Summary = "Unblocks a client blocked by a blocking command from a different connection.",
            Syntax = "client-id:integer [TIMEOUT | ERROR]",
            Needs = Placement.AllShards,
        },
        new("UNPAUSE", 2, Admin | CommandFlags.SkipPause, static (ref CommandContext context) => Unpause(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.2.0",
            Complexity = "O(N) where N is the number of paused clients",
            Summary = "Resumes processing commands from paused clients.",
            Needs = Placement.AllShards,
        },
    ];

    private static void List(ref CommandContext context)
    {
        ClientFilter filter = new(ClientFilter.InvalidId);
        if (filter.Parse(context.Arguments, 2) is { } error)
        {
            context.Reply.Error(error);
            return;
        }
        List<Connection> clients = Select(ref context, filter, skipsSelf: filter.SkipsSelf ?? false);
        clients.Sort(static (left, right) => left.Id.CompareTo(right.Id));
        StringBuilder lines = new();
        foreach (Connection client in clients) lines.Append(ClientLine.Of(client, context.NowMillis)).Append('\n');
        context.Reply.Verbatim("txt"u8, Encoding.Latin1.GetBytes(lines.ToString()));
    }

    private static void Kill(ref CommandContext context)
    {
        ClientFilter filter = new(ClientFilter.IdTooSmall);
        bool isOldForm = context.ArgCount == 3;
        string? error = isOldForm
            ? filter.ParseAddress(context.Text(2))
            : filter.Parse(context.Arguments, 2);
        if (error is not null)
        {
            context.Reply.Error(error);
            return;
        }
        List<Connection> killed = Select(ref context, filter, skipsSelf: filter.SkipsSelf ?? !isOldForm);
        if (!isOldForm) context.Reply.Integer(killed.Count);
        else if (killed.Count == 0) context.Reply.Error("ERR No such client"u8);
        else context.Reply.Ok();
        foreach (Connection client in killed) Close(context.Client(), client);
    }

    // Whoever kills itself still gets the reply.
    private static void Close(Connection self, Connection client)
    {
        if (ReferenceEquals(self, client)) client.ClosesAfterReply = true;
        else self.Worker.Close(client);
    }

    private static List<Connection> Select(ref CommandContext context, ClientFilter filter, bool skipsSelf)
    {
        List<Connection> selected = [];
        foreach (Connection client in context.Server().AllConnections())
        {
            if (skipsSelf && ReferenceEquals(client, context.Session)) continue;
            if (filter.Passes(client, context.NowMillis)) selected.Add(client);
        }
        return selected;
    }

    private static void Pause(ref CommandContext context)
    {
        bool onlyWrites = false;
        if (context.ArgCount == 4 && context.ArgIs(3, "WRITE"u8))
        {
            onlyWrites = true;
        }
        else if (context.ArgCount > 4 || (context.ArgCount == 4 && !context.ArgIs(3, "ALL"u8)))
        {
            context.Reply.Error("ERR CLIENT PAUSE mode must be WRITE or ALL"u8);
            return;
        }
        if (!Numbers.TryParseInt64(context.Arg(2), out long millis))
            context.Reply.Error("ERR timeout is not an integer or out of range"u8);
        else if (millis < 0)
            context.Reply.Error("ERR timeout is negative"u8);
        else if (millis > long.MaxValue - context.NowMillis)
            context.Reply.Error("ERR timeout is out of range"u8);
        else
            Pause(ref context, context.NowMillis + millis, onlyWrites);
    }

    private static void Pause(ref CommandContext context, long untilMillis, bool onlyWrites)
    {
        context.Server().PauseClients(untilMillis, onlyWrites);
        context.Reply.Ok();
    }

    private static void Unpause(ref CommandContext context)
    {
        context.Server().ResumeClients(context.Client().Worker);
        context.Reply.Ok();
    }

    private static void Unblock(ref CommandContext context)
    {
        bool isKnown = context.ArgCount == 3
            || (context.ArgCount == 4 && (context.ArgIs(3, "TIMEOUT"u8) || context.ArgIs(3, "ERROR"u8)));
        if (!isKnown)
        {
            context.Reply.Error("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR"u8);
            return;
        }
        if (!context.TryGetInteger(2, out long id)) return;
        bool isError = context.ArgCount == 4 && context.ArgIs(3, "ERROR"u8);
        foreach (Connection client in context.Server().AllConnections())
        {
            if (client.Id != id) continue;
            context.Reply.Integer(Blocker.TryUnblock(context.Client().Worker, client, isError) ? 1 : 0);
            return;
        }
        context.Reply.Integer(0);
    }
}
