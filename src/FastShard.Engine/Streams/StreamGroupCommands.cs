using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>XGROUP: consumer groups and their consumers.</summary>
public static class StreamGroupCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XGROUP", -2, CommandFlags.None, handler: null)
        {
            Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "Depends on the subcommand.",
            Summary = "Holds the commands for consumer groups.",
            Subcommands =
            [
                new("CREATE", -5, CommandFlags.Write | CommandFlags.DenyOom,
                    static (ref CommandContext context) => Create(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Makes a consumer group, which begins behind an id.",
                    Syntax = "key group (id | $) [MKSTREAM] [ENTRIESREAD entries-read:integer]",
                    Keys = [KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Insert)],
                },
                new("CREATECONSUMER", 5, CommandFlags.Write | CommandFlags.DenyOom,
                    static (ref CommandContext context) => CreateConsumer(ref context))
                {
                    Group = CommandGroup.Stream, Since = "6.2.0", Complexity = "O(1)",
                    Summary = "Makes a consumer in a group.",
                    Syntax = "key group consumer",
                    Keys = [KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Insert)],
                },
                new("DELCONSUMER", 5, CommandFlags.Write,
                    static (ref CommandContext context) => DeleteConsumer(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0",
                    Complexity = "O(N) where N is the number of the consumer's pending entries.",
                    Summary = "Removes a consumer from a group, with its pending entries, and returns how many.",
                    Syntax = "key group consumer",
                    Keys = [KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Delete)],
                },
                new("DESTROY", 4, CommandFlags.Write, static (ref CommandContext context) => Destroy(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0",
                    Complexity = "O(1); pending entries are freed in the background.",
                    Summary = "Removes a consumer group.",
                    Syntax = "key group",
                    Keys = [KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Delete)],
                },
                new("SETID", -5, CommandFlags.Write, static (ref CommandContext context) => SetId(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Sets the last delivered id of a group.",
                    Syntax = "key group (id | $) [ENTRIESREAD entries-read:integer]",
                    Keys = [KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Update)],
                },
                new("HELP", 2, CommandFlags.Loading | CommandFlags.Stale,
                    static (ref CommandContext context) => HelpReply.Write(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(1)",
                    Summary = "Lists the subcommands.",
                },
            ],
        },
    ];

    private static void Create(scoped ref CommandContext context)
    {
        if (!TryReadOptions(ref context, takesMakeStream: true, out bool makesStream, out long entriesRead)) return;
        Key key = context.Key(2);
        Lookup lookup = key.Home.Write(key, ValueType.Stream, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (lookup == Lookup.Missing && !makesStream)
        {
            RefuseMissingKey(ref context);
            return;
        }
        StreamId id = StreamId.Zero;
        if (!IsLast(context) && !StreamIdText.TryGet(ref context, 4, out id)) return;
        bool isMade = lookup == Lookup.Missing;
        if (isMade) entry = StreamAddCommands.Create(key);
        StructureHandle stream = key.Home.Table.Structure(entry);
        StreamEntries entries = new(stream);
        if (IsLast(context)) id = entries.LastId;
        if (!new StreamGroups(stream).TryCreate(context.Arg(3), out StreamGroup group))
        {
            context.Reply.Error("BUSYGROUP Consumer Group name already exists"u8);
            return;
        }
        group.LastId = id;
        group.EntriesRead = Math.Min(entriesRead, entries.EntriesAdded);
        if (isMade) key.Home.Modified(key, StreamEvents.GroupCreate);
        else key.Home.ModifiedAside(key, StreamEvents.GroupCreate, wakes: false);
        context.Reply.Ok();
    }

    private static void SetId(scoped ref CommandContext context)
    {
        if (!TryReadOptions(ref context, takesMakeStream: false, out _, out long entriesRead)) return;
        Key key = context.Key(2);
        if (!TryFind(ref context, key, out StructureHandle stream, out StreamGroup group)) return;
        StreamEntries entries = new(stream);
        StreamId id = entries.LastId;
        // "-" and "+" are ids here, as nowhere else among groups.
        ReadOnlySpan<byte> text = context.Arg(4);
        if (text.SequenceEqual("-"u8)) id = StreamId.Zero;
        else if (text.SequenceEqual("+"u8)) id = StreamId.Max;
        else if (!IsLast(context) && !StreamIdText.TryGet(ref context, 4, out id)) return;
        group.LastId = id;
        group.EntriesRead = Math.Min(entriesRead, entries.EntriesAdded);
        key.Home.ModifiedAside(key, StreamEvents.GroupSetId, wakes: true);
        context.Reply.Ok();
    }

    private static void Destroy(scoped ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!TryFindStream(ref context, key, out StructureHandle stream)) return;
        bool isRemoved = new StreamGroups(stream).TryRemove(context.Arg(3));
        // Who waits to read from the group is told that it is gone.
        if (isRemoved) key.Home.ModifiedAside(key, StreamEvents.GroupDestroy, wakes: true);
        context.Reply.Integer(isRemoved ? 1 : 0);
    }

    private static void CreateConsumer(scoped ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!TryFind(ref context, key, out _, out StreamGroup group)) return;
        bool isMade = group.GetOrCreateConsumer(context.Arg(4), context.NowMillis, out _);
        if (isMade) key.Home.ModifiedAside(key, StreamEvents.GroupCreateConsumer, wakes: false);
        context.Reply.Integer(isMade ? 1 : 0);
    }

    private static void DeleteConsumer(scoped ref CommandContext context)
    {
        Key key = context.Key(2);
        if (!TryFind(ref context, key, out _, out StreamGroup group)) return;
        long pending = group.RemoveConsumer(context.Arg(4));
        if (pending >= 0) key.Home.ModifiedAside(key, StreamEvents.GroupDeleteConsumer, wakes: false);
        context.Reply.Integer(Math.Max(pending, 0));
    }

    private static bool TryReadOptions(
        scoped ref CommandContext context, bool takesMakeStream, out bool makesStream, out long entriesRead)
    {
        makesStream = false;
        entriesRead = StreamGroup.UnknownRead;
        for (int index = 5; index < context.ArgCount; index++)
        {
            if (takesMakeStream && context.ArgIs(index, "MKSTREAM"u8))
            {
                makesStream = true;
            }
            else if (context.ArgIs(index, "ENTRIESREAD"u8) && index + 1 < context.ArgCount)
            {
                if (!context.TryGetInteger(++index, out entriesRead)) return false;
                if (entriesRead >= 0 || entriesRead == StreamGroup.UnknownRead) continue;
                context.Reply.Error("ERR value for ENTRIESREAD must be positive or -1"u8);
                return false;
            }
            else
            {
                return RefuseOptions(ref context);
            }
        }
        // Each of them once, though the same one may come twice.
        return context.ArgCount <= (takesMakeStream ? 8 : 7) || RefuseOptions(ref context);
    }

    private static bool RefuseOptions(scoped ref CommandContext context)
    {
        string subcommand = StreamErrors.Text(context.Arg(1));
        context.Reply.Error(
            $"ERR unknown subcommand or wrong number of arguments for '{subcommand}'. Try XGROUP HELP.");
        return false;
    }

    private static bool IsLast(scoped in CommandContext context) => context.Arg(4).SequenceEqual("$"u8);

    private static bool TryFindStream(scoped ref CommandContext context, scoped in Key key, out StructureHandle stream)
    {
        Lookup lookup = key.Home.Write(key, ValueType.Stream, out Entry entry);
        stream = lookup == Lookup.Found ? key.Home.Table.Structure(entry) : default;
        if (lookup == Lookup.WrongType) context.Reply.Error(Errors.WrongType);
        else if (lookup == Lookup.Missing) RefuseMissingKey(ref context);
        return lookup == Lookup.Found;
    }

    private static bool TryFind(
        scoped ref CommandContext context, scoped in Key key, out StructureHandle stream, out StreamGroup group)
    {
        group = default;
        if (!TryFindStream(ref context, key, out stream)) return false;
        if (new StreamGroups(stream).TryFind(context.Arg(3), out group)) return true;
        context.Reply.Error(StreamErrors.NoGroupOfKey(context.Arg(2), context.Arg(3)));
        return false;
    }

    private static void RefuseMissingKey(scoped ref CommandContext context) => context.Reply.Error(
        "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use the MKSTREAM "u8
        + "option to create an empty stream automatically."u8);
}
