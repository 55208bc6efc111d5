// CLIENT: what a connection asks and says about itself. What looks at other connections is in ClientAdminCommands.

using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Tracking;

namespace FastShard.Server.Commands;

internal static class ClientCommands
{
    private const CommandFlags Own = CommandFlags.NoScript | CommandFlags.Loading | CommandFlags.Stale;

    public static readonly CommandSpec[] Specs =
    [
        new("CLIENT", -2, CommandFlags.None, null)
        {
            Group = CommandGroup.Connection,
            Since = "2.4.0",
            Complexity = "Depends on subcommand.",
            Summary = "A container for client connection commands.",
            Subcommands =
            [
                .. OwnRows(), .. TrackingCommands.Rows(), .. ClientAdminCommands.Rows(),
                ContainerHelp.Row(CommandGroup.Connection, "5.0.0"),
            ],
        },
    ];

    // tidy: table
    private static CommandSpec[] OwnRows() =>
    [
        new("CAPA", -3, Own, static (ref CommandContext context) => Capabilities(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "8.0.0",
            Complexity = "O(1)",
            Summary = "Tells the server what the client is able to do.",
            Syntax = "capability [capability ...]",
        },
        new("GETNAME", 2, Own, static (ref CommandContext context) => GetName(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "2.6.9",
            Complexity = "O(1)",
            Summary = "Returns the name of the connection.",
        },
        new("ID", 2, Own, static (ref CommandContext context) => context.Reply.Integer(context.Session.Id))
        {
            Group = CommandGroup.Connection,
            Since = "5.0.0",
            Complexity = "O(1)",
            Summary = "Returns the unique client ID of the connection.",
        },
        new("IMPORT-SOURCE", 3, Own, static (ref CommandContext context) => ImportSource(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "8.1.0",
            Complexity = "O(1)",
            Summary = "Marks the client as the source of the keys that a server in import mode takes over.",
            Syntax = "(ON | OFF)",
        },
        new("INFO", 2, Own, static (ref CommandContext context) => Info(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "6.2.0",
            Complexity = "O(1)",
            Summary = "Returns information about the connection.",
            Tips = ["nondeterministic_output"],
        },
        new("NO-EVICT", 3, Own | CommandFlags.Admin, static (ref CommandContext context) => NoEvict(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "7.0.0",
            Complexity = "O(1)",
            Summary = "Sets the client eviction mode of the connection.",
            Syntax = "(ON | OFF)",
        },
        new("NO-TOUCH", 3, Own, static (ref CommandContext context) => NoTouch(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "7.2.0",
            Complexity = "O(1)",
            Summary = "Controls whether commands sent by the client affect the LRU/LFU of accessed keys.",
            Syntax = "(ON | OFF)",
        },
        new("REPLY", 3, Own, static (ref CommandContext context) => Reply(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "3.2.0",
            Complexity = "O(1)",
            Summary = "Instructs the server whether to reply to commands.",
            Syntax = "(ON | OFF | SKIP)",
        },
        new("SETINFO", 4, Own, static (ref CommandContext context) => SetInfo(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "7.2.0",
            Complexity = "O(1)",
            Summary = "Sets information specific to the client or connection.",
            Syntax = "(LIB-NAME libname | LIB-VER libver)",
            Tips = ["request_policy:all_nodes", "response_policy:all_succeeded"],
        },
        new("SETNAME", 3, Own, static (ref CommandContext context) => SetName(ref context))
        {
            Group = CommandGroup.Connection,
            Since = "2.6.9",
            Complexity = "O(1)",
            Summary = "Sets the connection name.",
            Syntax = "connection-name",
            Tips = ["request_policy:all_nodes", "response_policy:all_succeeded"],
        },
    ];

    private static void GetName(ref CommandContext context)
    {
        string name = context.Client().Name;
        if (name.Length == 0) context.Reply.Null();
        else context.Reply.Text(name);
    }

    private static void SetName(ref CommandContext context)
    {
        if (ClientNames.Parse(ref context, 2, ClientNames.BadName) is not { } name) return;
        context.Client().Name = name;
        context.Reply.Ok();
    }

    private static void SetInfo(ref CommandContext context)
    {
        bool isName = context.ArgIs(2, "LIB-NAME"u8);
        if (!isName && !context.ArgIs(2, "LIB-VER"u8))
        {
            context.Reply.Error($"ERR Unrecognized option '{context.Text(2)}'");
            return;
        }
        string name = isName ? "lib-name" : "lib-ver";
        string error = $"ERR {name} cannot contain spaces, newlines or special characters.";
        if (ClientNames.Parse(ref context, 3, error) is not { } text) return;
        if (isName) context.Client().LibraryName = text;
        else context.Client().LibraryVersion = text;
        context.Reply.Ok();
    }

    private static void Info(ref CommandContext context)
    {
        string line = ClientLine.Of(context.Client(), context.NowMillis) + "\n";
        context.Reply.Verbatim("txt"u8, Encoding.Latin1.GetBytes(line));
    }

    private static void NoEvict(ref CommandContext context)
    {
        if (TryGetSwitch(ref context, out bool isOn)) context.Client().NoEvict = isOn;
    }

    // What is not known is passed over: clients tell of everything they can.
    private static void Capabilities(ref CommandContext context)
    {
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "redirect"u8)) context.Client().FollowsRedirects = true;
        }
        context.Reply.Ok();
    }

    private static void ImportSource(ref CommandContext context)
    {
        if (!context.Server().Options.ImportMode && !context.ArgIs(2, "OFF"u8))
            context.Reply.Error("ERR Server is not in import mode"u8);
        else if (TryGetSwitch(ref context, out bool isOn))
            context.Client().IsImportSource = isOn;
    }

    private static void NoTouch(ref CommandContext context)
    {
        if (TryGetSwitch(ref context, out bool isOn)) context.Session.NoTouch = isOn;
    }

    /// <summary>Reads ON or OFF; the reply is written either way.</summary>
    private static bool TryGetSwitch(ref CommandContext context, out bool isOn)
    {
        isOn = context.ArgIs(2, "ON"u8);
        bool isKnown = isOn || context.ArgIs(2, "OFF"u8);
        if (isKnown) context.Reply.Ok();
        else context.Reply.Error(Errors.Syntax);
        return isKnown;
    }

    // OFF and SKIP are the two commands without a reply.
    private static void Reply(ref CommandContext context)
    {
        Connection client = context.Client();
        if (context.ArgIs(2, "ON"u8))
        {
            client.ReplyMode = ReplyMode.On;
            context.Reply.Ok();
        }
        else if (context.ArgIs(2, "OFF"u8))
        {
            client.ReplyMode = ReplyMode.Off;
        }
        else if (context.ArgIs(2, "SKIP"u8))
        {
            if (client.ReplyMode != ReplyMode.Off) client.ReplyMode = ReplyMode.SkipNext;
        }
        else
        {
            context.Reply.Error(Errors.Syntax);
        }
    }
}
