using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>XINFO: what there is to know of a stream, its groups and their consumers.</summary>
public static class StreamInfoCommands
{
    private const long UsualCount = 10;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XINFO", -2, CommandFlags.None, handler: null)
        {
            Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "Depends on the subcommand.",
            Summary = "Holds the commands that look at streams.",
            Subcommands =
            [
                new("CONSUMERS", 4, CommandFlags.ReadOnly,
                    static (ref CommandContext context) => Consumers(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0",
                    Complexity = "O(N) where N is the number of consumers.",
                    Summary = "Lists the consumers of a group.",
                    Syntax = "key group",
                    Tips = ["nondeterministic_output"],
                    Keys = [KeySpec.At(2, KeyAccess.ReadOnly | KeyAccess.Access)],
                },
                new("GROUPS", 3, CommandFlags.ReadOnly, static (ref CommandContext context) => Groups(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0", Complexity = "O(N) where N is the number of groups.",
                    Summary = "Lists the consumer groups of a stream.",
                    Syntax = "key",
                    Keys = [KeySpec.At(2, KeyAccess.ReadOnly | KeyAccess.Access)],
                },
                new("STREAM", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Stream(ref context))
                {
                    Group = CommandGroup.Stream, Since = "5.0.0",
                    Complexity = "O(1), and with FULL O(N) where N is the number of entries and deliveries shown.",
                    Summary = "Shows what there is to know of a stream.",
                    Syntax = "key [FULL [COUNT count:integer]]",
                    Keys = [KeySpec.At(2, KeyAccess.ReadOnly | KeyAccess.Access)],
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

    private static void Stream(scoped ref CommandContext context)
    {
        if (!TryFind(ref context, out StructureHandle stream)) return;
        if (!TryReadFull(ref context, out bool isFull, out long count)) return;
        StreamEntries entries = new(stream);
        StreamGroups groups = new(stream);
        context.Reply.Map(isFull ? 15 : 16);
        Field(ref context, "length"u8, entries.Length);
        Field(ref context, "radix-tree-keys"u8, entries.NodeCount);
        Field(ref context, "radix-tree-nodes"u8, entries.NodeCount + 1);
        Field(ref context, "last-generated-id"u8, entries.LastId);
        Field(ref context, "max-deleted-entry-id"u8, entries.MaxDeletedId);
        Field(ref context, "entries-added"u8, entries.EntriesAdded);
        Field(ref context, "recorded-first-entry-id"u8, entries.FirstId);
        Producers(ref context, stream);
        if (isFull)
        {
            context.Reply.Bulk("entries"u8);
            StreamReplies.Range(ref context, stream, StreamId.Zero, StreamId.Max, isBackwards: false, count);
            context.Reply.Bulk("groups"u8);
            context.Reply.Array(groups.Count);
            for (int index = 0; index < groups.Count; index++) FullGroup(ref context, entries, groups[index], count);
            return;
        }
        Field(ref context, "groups"u8, groups.Count);
        context.Reply.Bulk("first-entry"u8);
        End(ref context, stream, isBackwards: false);
        context.Reply.Bulk("last-entry"u8);
        End(ref context, stream, isBackwards: true);
    }

    private static void Producers(scoped ref CommandContext context, scoped in StructureHandle stream)
    {
        StreamProducers producers = new(stream);
        bool isUsed = producers.IsUsed;
        EncodingLimits limits = context.Dataset.Encodings;
        producers.Count(context.NowMillis, out long producerCount, out long idCount);
        Field(ref context, "idmp-duration"u8, isUsed ? producers.DurationSeconds : limits.StreamIdmpDuration);
        Field(ref context, "idmp-maxsize"u8, isUsed ? producers.MaxIds : limits.StreamIdmpMaxSize);
        Field(ref context, "pids-tracked"u8, producerCount);
        Field(ref context, "iids-tracked"u8, idCount);
        Field(ref context, "iids-added"u8, isUsed ? producers.Added : 0);
        Field(ref context, "iids-duplicates"u8, isUsed ? producers.Duplicates : 0);
    }

    private static void FullGroup(
        scoped ref CommandContext context, scoped in StreamEntries entries, scoped in StreamGroup group, long count)
    {
        context.Reply.Map(8);
        context.Reply.Bulk("name"u8);
        context.Reply.Bulk(group.Name);
        Progress(ref context, entries, group);
        Field(ref context, "pel-count"u8, group.PendingCount);
        Field(ref context, "nacked-count"u8, group.ReleasedCount);
        context.Reply.Bulk("pending"u8);
        Deliveries(ref context, new PendingReader(group, StreamId.Zero, StreamId.Max), count, withOwner: true);
        context.Reply.Bulk("consumers"u8);
        context.Reply.Array(group.ConsumerCount);
        for (int index = 0; index < group.ConsumerCount; index++)
        {
            StreamConsumer consumer = group.ConsumerAt(index);
            context.Reply.Map(5);
            context.Reply.Bulk("name"u8);
            context.Reply.Bulk(consumer.Name);
            Field(ref context, "seen-time"u8, consumer.SeenMillis);
            Field(ref context, "active-time"u8, consumer.ActiveMillis);
            Field(ref context, "pel-count"u8, consumer.PendingCount);
            context.Reply.Bulk("pending"u8);
            PendingReader owned = new(group, consumer, StreamId.Zero, StreamId.Max);
            Deliveries(ref context, owned, count, withOwner: false);
        }
    }

    private static void Deliveries(
        scoped ref CommandContext context, scoped PendingReader reader, long limit, bool withOwner)
    {
        DeferredLength array = context.Reply.DeferArray();
        int count = 0;
        while ((limit == 0 || count < limit) && reader.MoveNext())
        {
            PendingEntry pending = reader.Current;
            count++;
            context.Reply.Array(withOwner ? 4 : 3);
            StreamReplies.Id(ref context, pending.Id);
            if (withOwner) context.Reply.Bulk(pending.OwnerName);
            context.Reply.Integer(pending.DeliveryMillis);
            context.Reply.Integer(pending.DeliveryCount);
        }
        context.Reply.SetDeferred(array, count);
    }

    private static void Groups(scoped ref CommandContext context)
    {
        if (!TryFind(ref context, out StructureHandle stream)) return;
        StreamEntries entries = new(stream);
        StreamGroups groups = new(stream);
        context.Reply.Array(groups.Count);
        for (int index = 0; index < groups.Count; index++)
        {
            StreamGroup group = groups[index];
            context.Reply.Map(6);
            context.Reply.Bulk("name"u8);
            context.Reply.Bulk(group.Name);
            Field(ref context, "consumers"u8, group.ConsumerCount);
            Field(ref context, "pending"u8, group.PendingCount);
            Progress(ref context, entries, group);
        }
    }

    private static void Consumers(scoped ref CommandContext context)
    {
        if (!TryFind(ref context, out StructureHandle stream)) return;
        if (!new StreamGroups(stream).TryFind(context.Arg(3), out StreamGroup group))
        {
            context.Reply.Error(StreamErrors.NoGroupOfKey(context.Arg(2), context.Arg(3)));
            return;
        }
        context.Reply.Array(group.ConsumerCount);
        for (int index = 0; index < group.ConsumerCount; index++)
        {
            StreamConsumer consumer = group.ConsumerAt(index);
            context.Reply.Map(4);
            context.Reply.Bulk("name"u8);
            context.Reply.Bulk(consumer.Name);
            Field(ref context, "pending"u8, consumer.PendingCount);
            Field(ref context, "idle"u8, Math.Max(context.NowMillis - consumer.SeenMillis, 0));
            long inactive = consumer.ActiveMillis < 0 ? -1 : Math.Max(context.NowMillis - consumer.ActiveMillis, 0);
            Field(ref context, "inactive"u8, inactive);
        }
    }

    private static void Progress(
        scoped ref CommandContext context, scoped in StreamEntries entries, scoped in StreamGroup group)
    {
        Field(ref context, "last-delivered-id"u8, group.LastId);
        context.Reply.Bulk("entries-read"u8);
        if (group.EntriesRead == StreamGroup.UnknownRead) context.Reply.Null();
        else context.Reply.Integer(group.EntriesRead);
        context.Reply.Bulk("lag"u8);
        if (GroupProgress.TryGetLag(entries, group, out long lag)) context.Reply.Integer(lag);
        else context.Reply.Null();
    }

    private static void End(scoped ref CommandContext context, scoped in StructureHandle stream, bool isBackwards)
    {
        StreamEntryReader reader = new(stream, StreamId.Zero, StreamId.Max, isBackwards);
        if (reader.MoveNext()) StreamReplies.Entry(ref context, ref reader);
        else context.Reply.Null();
    }

    private static bool TryReadFull(scoped ref CommandContext context, out bool isFull, out long count)
    {
        isFull = context.ArgCount > 3;
        count = UsualCount;
        if (!isFull) return true;
        bool isWellFormed = context.ArgIs(3, "FULL"u8)
            && (context.ArgCount == 4 || (context.ArgCount == 6 && context.ArgIs(4, "COUNT"u8)));
        if (!isWellFormed)
        {
            string subcommand = StreamErrors.Text(context.Arg(1));
            context.Reply.Error(
                $"ERR unknown subcommand or wrong number of arguments for '{subcommand}'. Try XINFO HELP.");
            return false;
        }
        if (context.ArgCount == 4) return true;
        if (!context.TryGetInteger(5, out count)) return false;
        if (count < 0) count = UsualCount;
        return true;
    }

    private static bool TryFind(scoped ref CommandContext context, out StructureHandle stream)
    {
        Key key = context.Key(2);
        Lookup lookup = key.Home.Read(key, ValueType.Stream, out Entry entry);
        stream = lookup == Lookup.Found ? key.Home.Table.Structure(entry) : default;
        if (lookup == Lookup.Found) return true;
        context.Reply.Error(lookup == Lookup.Missing ? Errors.NoSuchKey : Errors.WrongType);
        return false;
    }

    private static void Field(scoped ref CommandContext context, ReadOnlySpan<byte> name, long value)
    {
        context.Reply.Bulk(name);
        context.Reply.Integer(value);
    }

    private static void Field(scoped ref CommandContext context, ReadOnlySpan<byte> name, StreamId id)
    {
        context.Reply.Bulk(name);
        StreamReplies.Id(ref context, id);
    }
}
