using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>XREAD and XREADGROUP.</summary>
public static class StreamReadCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XREAD", -4, CommandFlags.ReadOnly | CommandFlags.Blocking,
            static (ref CommandContext context) => Read(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(N) where N is the number of entries returned.",
            Summary = "Returns entries of streams behind an id of each, and waits for some where asked to.",
            Syntax = "[COUNT count:integer] [MAXCOUNT maxcount:integer] [MAXSIZE maxsize:integer]"
                + " [BLOCK milliseconds:integer] STREAMS key [key ...] id [id ...]",
            Keys = [KeySpec.After("STREAMS", 1, -1, 1, 2, KeyAccess.ReadOnly | KeyAccess.Access)],
            FindKeys = static (in ArgumentView arguments, KeyPositions keys) =>
                StreamReadKeys.TryFind(arguments, keys, isGroup: false),
        },
        new("XREADGROUP", -7, CommandFlags.Write | CommandFlags.Blocking,
            static (ref CommandContext context) => ReadGroup(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(N log M) where N is the number of entries returned and M that of pending ones.",
            Summary = "Delivers new entries of streams to a consumer of a group, or shows those that it has pending.",
            Syntax = "GROUP group consumer [COUNT count:integer] [MAXCOUNT maxcount:integer]"
                + " [MAXSIZE maxsize:integer] [BLOCK milliseconds:integer] [CLAIM min-idle-time:integer] [NOACK]"
                + " STREAMS key [key ...] id [id ...]",
            Keys = [KeySpec.After("STREAMS", 4, -1, 1, 2, KeyAccess.ReadOnly | KeyAccess.Access)],
            FindKeys = static (in ArgumentView arguments, KeyPositions keys) =>
                StreamReadKeys.TryFind(arguments, keys, isGroup: true),
        },
    ];

    private static ReadOnlySpan<byte> NewIdWithoutGroup =>
        "ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group> <consumer> option."u8;

    private static void Read(scoped ref CommandContext context)
    {
        if (!StreamReadOptions.TryParse(ref context, isGroup: false, out StreamReadOptions options)) return;
        for (int key = 0; key < options.KeyCount; key++)
        {
            if (!TryGetStart(ref context, options, key, out _)) return;
        }
        StreamReadBudget budget = new(context, options);
        DeferredLength streams = default;
        int served = 0;
        for (int key = 0; key < options.KeyCount && !budget.IsSpent; key++)
        {
            if (!context.CanReach(options.FirstKey + key)) continue;
            _ = TryGetStart(ref context, options, key, out StreamId after);
            if (!TryFind(context, options.FirstKey + key, out StructureHandle stream)) continue;
            if (!after.TryNext(out StreamId first)) continue;
            StreamEntryReader reader = new(stream, first, StreamId.Max, isBackwards: false);
            if (!reader.MoveNext()) continue;
            ReplyMark before = context.Reply.Buffer.Mark();
            if (served == 0) streams = BeginStreams(ref context);
            BeginStream(ref context, options.FirstKey + key);
            if (ReplyEntries(ref context, ref reader, ref budget)) served++;
            else context.Reply.Buffer.Truncate(before);
        }
        if (served > 0)
        {
            context.Reply.SetDeferred(streams, served);
            return;
        }
        if (options.Blocks) KeepStarts(ref context, options);
        Wait(ref context, options, BlockKind.Stream);
    }

    private static void ReadGroup(scoped ref CommandContext context)
    {
        if (!StreamReadOptions.TryParse(ref context, isGroup: true, out StreamReadOptions options)) return;
        for (int key = 0; key < options.KeyCount; key++)
        {
            if (context.CanReach(options.FirstKey + key) && !IsReadable(ref context, options, key)) return;
        }
        StreamReadBudget budget = new(context, options);
        DeferredLength streams = default;
        int served = 0;
        for (int key = 0; key < options.KeyCount && !budget.IsSpent; key++)
        {
            int keyIndex = options.FirstKey + key;
            if (!context.CanReach(keyIndex)) continue;
            GroupReading reading = GroupReading.Begin(ref context, options, keyIndex);
            if (!reading.HasAny(context))
            {
                if (options.Blocks && context.Parking is not null) reading.WakeWhenClaimable(context.Key(keyIndex));
                continue;
            }
            ReplyMark before = context.Reply.Buffer.Mark();
            DeferredLength begun = served == 0 ? BeginStreams(ref context) : streams;
            BeginStream(ref context, keyIndex);
            if (!reading.Reply(ref context, ref budget))
            {
                context.Reply.Buffer.Truncate(before);
                continue;
            }
            streams = begun;
            served++;
        }
        if (served > 0) context.Reply.SetDeferred(streams, served);
        else Wait(ref context, options, BlockKind.StreamGroup);
    }

    /// <summary>Replies that there is nothing, or waits until there is.</summary>
    private static void Wait(scoped ref CommandContext context, scoped in StreamReadOptions options, BlockKind kind)
    {
        if (options.Blocks && context.TryPark(kind, options.DeadlineMillis, options.FirstKey, options.KeyCount))
            return;
        context.Reply.NullArray();
    }

    private static DeferredLength BeginStreams(scoped ref CommandContext context) =>
        context.Reply.Version == RespVersion.Resp3 ? context.Reply.DeferMap() : context.Reply.DeferArray();

    private static void BeginStream(scoped ref CommandContext context, int keyIndex)
    {
        if (context.Reply.Version == RespVersion.Resp2) context.Reply.Array(2);
        context.Reply.Bulk(context.Arg(keyIndex));
    }

    private static bool ReplyEntries(
        scoped ref CommandContext context, ref StreamEntryReader reader, ref StreamReadBudget budget)
    {
        budget.BeginStream();
        DeferredLength entries = context.Reply.DeferArray();
        do
        {
            ReplyMark before = context.Reply.Buffer.Mark();
            StreamReplies.Entry(ref context, ref reader);
            if (!budget.TryKeep(context, before)) break;
        }
        while (budget.MayTry() && reader.MoveNext());
        context.Reply.SetDeferred(entries, budget.OfStream);
        return budget.OfStream > 0;
    }

    /// <summary>
    /// The id behind which a stream is read: "$" its last, "+" the one before its last entry. On failure the reply is
    /// written.
    /// </summary>
    private static bool TryGetStart(
        scoped ref CommandContext context, scoped in StreamReadOptions options, int key, out StreamId after)
    {
        after = StreamId.Zero;
        int keyIndex = options.FirstKey + key;
        int idIndex = keyIndex + options.KeyCount;
        StructureHandle stream = default;
        bool isFound = false;
        if (context.CanReach(keyIndex))
        {
            Key found = context.Key(keyIndex);
            switch (found.Home.Read(found, ValueType.Stream, out Entry entry))
            {
                case Lookup.WrongType:
                    context.Reply.Error(Errors.WrongType);
                    return false;
                case Lookup.Found:
                    stream = found.Home.Table.Structure(entry);
                    isFound = true;
                    break;
            }
        }
        ReadOnlySpan<byte> text = context.Arg(idIndex);
        if (text.Length == 1 && text[0] is (byte)'$' or (byte)'+')
        {
            if (!isFound) return true;
            StreamEntries entries = new(stream);
            if (text[0] == '$') after = entries.LastId;
            else if (entries.Length > 0) entries.LastLiveId.TryPrevious(out after);
            return true;
        }
        if (text.SequenceEqual(">"u8))
        {
            context.Reply.Error(NewIdWithoutGroup);
            return false;
        }
        return StreamIdText.TryGet(ref context, idIndex, out after);
    }

    private static bool TryFind(scoped in CommandContext context, int keyIndex, out StructureHandle stream)
    {
        Key key = context.Key(keyIndex);
        bool isFound = key.Home.TryPeek(key, out Entry entry) && entry.Type == ValueType.Stream;
        stream = isFound ? key.Home.Table.Structure(entry) : default;
        return isFound;
    }

    /// <summary>"$" and "+" mean what they mean now, also when the command runs again.</summary>
    private static void KeepStarts(scoped ref CommandContext context, scoped in StreamReadOptions options)
    {
        if (context.Parking is null) return;
        Span<byte> text = stackalloc byte[StreamIdText.MaxBytes];
        for (int key = 0; key < options.KeyCount; key++)
        {
            int idIndex = options.FirstKey + options.KeyCount + key;
            ReadOnlySpan<byte> given = context.Arg(idIndex);
            bool isRelative = given.Length == 1 && given[0] is (byte)'$' or (byte)'+';
            if (!isRelative || !context.CanReach(options.FirstKey + key)) continue;
            _ = TryGetStart(ref context, options, key, out StreamId after);
            context.ReplaceWhenParked(idIndex, text[..StreamIdText.Format(after, text)]);
        }
    }

    /// <summary>Whether a group can be read as asked; on failure the reply is written.</summary>
    private static bool IsReadable(scoped ref CommandContext context, scoped in StreamReadOptions options, int key)
    {
        int keyIndex = options.FirstKey + key;
        Key found = context.Key(keyIndex);
        Lookup lookup = found.Home.Write(found, ValueType.Stream, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return false;
        }
        ReadOnlySpan<byte> group = context.Arg(options.GroupIndex);
        if (lookup == Lookup.Missing
            || !new StreamGroups(found.Home.Table.Structure(entry)).TryFind(group, out _))
        {
            context.Reply.Error(StreamErrors.NoGroupToRead(found.Bytes, group));
            return false;
        }
        int idIndex = keyIndex + options.KeyCount;
        ReadOnlySpan<byte> text = context.Arg(idIndex);
        if (text.SequenceEqual(">"u8)) return true;
        if (text.Length == 1 && text[0] is (byte)'$' or (byte)'+')
        {
            context.Reply.Error($"ERR The {(char)text[0]} ID is meaningless in the context of XREADGROUP: you want to "
                + "read the history of this consumer by specifying a proper ID, or use the > ID to get new messages. "
                + $"The {(char)text[0]} ID would just return an empty result set.");
            return false;
        }
        return StreamIdText.TryGet(ref context, idIndex, out _);
    }
}
