// Commands about the connection itself, outside the CLIENT family.

using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Native.Clocks;
using FastShard.Protocol;
using FastShard.Server.Clients;

namespace FastShard.Server.Commands;

internal static class ConnectionCommands
{
    private const CommandFlags Login =
        CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast | CommandFlags.NoAuth
        | CommandFlags.AllowBusy;

    private const CommandFlags Always = CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast;

    public static readonly CommandSpec[] Specs =
    [
        new("AUTH", -2, Login, static (ref CommandContext context) => Auth(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Authenticates the connection.",
            Syntax = "[username] password",
            FindSecrets = static (in ArgumentView arguments, KeyPositions secrets) => AuthSecrets(arguments, secrets),
        },
        new("ECHO", 2, Always, static (ref CommandContext context) => context.Reply.Bulk(context.Arg(1)))
        {
            Group = CommandGroup.Connection,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Returns the given string.",
            Syntax = "message",
        },
        new("HELLO", -1, Login, static (ref CommandContext context) => Hello(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.0.0",
            Complexity = "O(1)",
            Summary = "Handshakes with the server: protocol version, login, name.",
            Syntax = "[protover:integer [AUTH username password] [SETNAME clientname]]",
            FindSecrets = static (in ArgumentView arguments, KeyPositions secrets) => HelloSecrets(arguments, secrets),
        },
        new("PING", -1, CommandFlags.Fast | CommandFlags.InPubSub | CommandFlags.DeniedWithWrites,
            static (ref CommandContext context) => Ping(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Returns the server's liveliness response.",
            Syntax = "[message]",
            Tips = ["request_policy:all_shards", "response_policy:all_succeeded"],
        },
        new("QUIT", -1, Login | CommandFlags.Unqueued | CommandFlags.InPubSub,
            static (ref CommandContext context) => Quit(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Closes the connection.",
        },
        new("RESET", 1, Login | CommandFlags.Unqueued | CommandFlags.InPubSub,
            static (ref CommandContext context) => Reset(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Puts the connection back into the state of a new one.",
            Needs = Placement.Transaction,
        },
        new("TIME", 1, Always, static (ref CommandContext context) => Time(ref context))
        {
            Group = CommandGroup.Server,
            Since = "2.6.0",
            Complexity = "O(1)",
            Summary = "Returns the server time.",
            Tips = ["nondeterministic_output"],
        },
    ];

    private static void Ping(ref CommandContext context)
    {
        if (context.ArgCount <= 2 && context.Client().IsInPubSubMode) PingSubscribed(ref context);
        else if (context.ArgCount == 1) context.Reply.SimpleString("PONG"u8);
        else if (context.ArgCount == 2) context.Reply.Bulk(context.Arg(1));
        else context.Reply.Error("ERR wrong number of arguments for 'ping' command"u8);
    }

    // Among messages only an array can be told to be the answer.
    private static void PingSubscribed(ref CommandContext context)
    {
        context.Reply.Array(2);
        context.Reply.Bulk("pong"u8);
        context.Reply.Bulk(context.ArgCount == 2 ? context.Arg(1) : []);
    }

    private static void Quit(ref CommandContext context)
    {
        context.Reply.Ok();
        context.Client().ClosesAfterReply = true;
    }

    private static void Time(ref CommandContext context)
    {
        // Not the turn's time: whoever asks wants to know it to the microsecond.
        long micros = SystemClock.WallMicros();
        context.Reply.Array(2);
        context.Reply.BulkInteger(micros / 1_000_000);
        context.Reply.BulkInteger(micros % 1_000_000);
    }

    private static void Reset(ref CommandContext context)
    {
        Connection client = context.Client();
        client.Transaction.Close();
        client.Transaction.Unwatch(client.Worker, client);
        context.Server().Monitors.Forget(client.Worker, client);
        client.Server.Tracking.Remove(client);
        client.Subscriber?.Leave(client.Worker);
        client.Subscriber = null;
        client.ResetState();
        client.IsAuthenticated = !Authentication.IsRequired(context.Server());
        client.Reader.Limits = context.Server().RequestLimitsOf(client);
        context.Reply.Version = client.Version;
        context.Reply.SimpleString("RESET"u8);
    }

    private static void Auth(ref CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (context.ArgCount == 2 && !Authentication.IsRequired(context.Server()))
        {
            context.Reply.Error(
                "ERR AUTH <password> called without any password configured for the default user. "u8 +
                "Are you sure your configuration is correct?"u8);
            return;
        }
        ReadOnlySpan<byte> user = context.ArgCount == 3 ? context.Arg(1) : Authentication.DefaultUser;
        if (Authentication.TryLogin(context.Client(), user, context.Arg(context.ArgCount - 1))) context.Reply.Ok();
        else context.Reply.Error(Errors.WrongPass);
    }

    private static bool AuthSecrets(in ArgumentView arguments, KeyPositions secrets)
    {
        for (int index = 1; index < arguments.Count; index++) secrets.Add(index, KeyAccess.NotKey);
        return true;
    }

    private static bool HelloSecrets(in ArgumentView arguments, KeyPositions secrets)
    {
        for (int index = 2; index + 2 < arguments.Count; index++)
        {
            if (!Ascii.EqualsIgnoreCase(arguments[index], "AUTH"u8)) continue;
            secrets.Add(index + 1, KeyAccess.NotKey);
            secrets.Add(index + 2, KeyAccess.NotKey);
            index += 2;
        }
        return true;
    }

    private static void Hello(ref CommandContext context)
    {
        Connection client = context.Client();
        long version = client.Version == RespVersion.Resp3 ? 3 : 2;
        if (context.ArgCount > 1 && !Numbers.TryParseInt64(context.Arg(1), out version))
        {
            context.Reply.Error("ERR Protocol version is not an integer or out of range"u8);
            return;
        }
        if (version is < 2 or > 3)
        {
            context.Reply.Error("NOPROTO unsupported protocol version"u8);
            return;
        }
        int userIndex = 0;
        string? name = null;
        for (int index = 2; index < context.ArgCount; index++)
        {
            int left = context.ArgCount - 1 - index;
            if (left >= 2 && context.ArgIs(index, "AUTH"u8))
            {
                userIndex = index + 1;
                index += 2;
            }
            else if (left >= 1 && context.ArgIs(index, "SETNAME"u8))
            {
                name = ClientNames.Parse(ref context, ++index, ClientNames.BadName);
                if (name is null) return;
            }
            else
            {
                context.Reply.Error($"ERR Syntax error in HELLO option '{context.Text(index)}'");
                return;
            }
        }
        if (!TryEnter(ref context, client, userIndex)) return;
        if (name is not null) client.Name = name;
        client.Version = version == 3 ? RespVersion.Resp3 : RespVersion.Resp2;
        context.Reply.Version = client.Version;
        WriteGreeting(context, client, version);
    }

    private static bool TryEnter(ref CommandContext context, Connection client, int userIndex)
    {
        if (userIndex > 0
            && !Authentication.TryLogin(client, context.Arg(userIndex), context.Arg(userIndex + 1)))
        {
            context.Reply.Error(Errors.WrongPass);
            return false;
        }
        if (client.IsAuthenticated) return true;
        context.Reply.Error(
            "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH "u8 +
            "<user> <pass> option can be used to authenticate the client and select the RESP protocol version at "u8 +
            "the same time"u8);
        return false;
    }

    private static void WriteGreeting(in CommandContext context, Connection client, long version)
    {
        context.Reply.Map(7);
        context.Reply.Field("server", "redis");
        context.Reply.Field("version", ServerVersion.Redis);
        context.Reply.Field("proto", version);
        context.Reply.Field("id", client.Id);
        context.Reply.Field("mode", client.Server.Options.ClusterEnabled ? "cluster" : "standalone");
        context.Reply.Field("role", client.Server.Replication.IsReplica ? "replica" : "master");
        context.Reply.Bulk("modules"u8);
        context.Reply.Array(0);
    }
}
