using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>Commands for a stream's idempotent producers, besides XADD itself.</summary>
public static class StreamProducerCommands
{
    private const int DurationMax = 86_400;
    private const int IdsMax = 10_000;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XCFGSET", -2, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Configure(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "8.6.0",
            Complexity = "O(1), and O(N) where N is the number of idempotent ids that are forgotten.",
            Summary = "Sets how long and how many idempotent ids of each producer a stream knows.",
            Syntax = "key [IDMP-DURATION duration:integer] [IDMP-MAXSIZE maxsize:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("XIDMPRECORD", 5, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
            static (ref CommandContext context) => Record(ref context))
        {
            Group = CommandGroup.Stream,
            Since = "8.8.0",
            Complexity = "O(log N) where N is the number of idempotent ids known of the producer.",
            Summary = "Remembers that an entry was added with a producer's idempotent id.",
            Syntax = "key producer-id:string idempotent-id:string id",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
    ];

    private static void Configure(scoped ref CommandContext context)
    {
        if (context.ArgCount == 2)
        {
            context.Reply.Error("ERR At least one parameter (IDMP-DURATION or IDMP-MAXSIZE) is required"u8);
            return;
        }
        (int duration, int ids) = (0, 0);
        for (int index = 2; index < context.ArgCount; index += 2)
        {
            bool hasValue = index + 1 < context.ArgCount;
            bool isRead;
            if (hasValue && context.ArgIs(index, "IDMP-DURATION"u8))
            {
                isRead = TryGet(ref context, index + 1, DurationMax,
                    "ERR IDMP-DURATION must be between 1 and 86400 seconds"u8, out duration);
            }
            else if (hasValue && context.ArgIs(index, "IDMP-MAXSIZE"u8))
            {
                isRead = TryGet(ref context, index + 1, IdsMax,
                    "ERR IDMP-MAXSIZE must be between 1 and 10000 entries"u8, out ids);
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
            if (!isRead) return;
        }
        Key key = context.Key(1);
        if (!TryFind(ref context, key, out Entry entry)) return;
        StreamProducers producers = new(key.Home.Table.Structure(entry));
        EncodingLimits limits = context.Dataset.Encodings;
        if (duration == 0) duration = producers.IsUsed ? producers.DurationSeconds : limits.StreamIdmpDuration;
        if (ids == 0) ids = producers.IsUsed ? producers.MaxIds : limits.StreamIdmpMaxSize;
        producers.Configure(duration, ids);
        key.Home.ModifiedSilently(key);
        context.Reply.Ok();
    }

    private static void Record(scoped ref CommandContext context)
    {
        ReadOnlySpan<byte> producer = context.Arg(2);
        ReadOnlySpan<byte> idempotentId = context.Arg(3);
        if (producer.IsEmpty || idempotentId.IsEmpty)
        {
            context.Reply.Error(producer.IsEmpty
                ? "ERR XIDMPRECORD requires a non-empty producer ID"u8
                : "ERR XIDMPRECORD requires a non-empty idempotent ID"u8);
            return;
        }
        if (!StreamIdText.TryGet(ref context, 4, out StreamId id)) return;
        Key key = context.Key(1);
        if (!TryFind(ref context, key, out Entry entry)) return;
        StructureHandle stream = key.Home.Table.Structure(entry);
        if (!new StreamEntries(stream).Contains(id))
        {
            context.Reply.Error("ERR The stream ID specified does not exist in the stream"u8);
            return;
        }
        StreamProducers producers = new(stream);
        if (producers.TryFind(producer, idempotentId, context.NowMillis, out StreamId known))
        {
            if (known == id) context.Reply.Ok();
            else context.Reply.Error("ERR The idempotent ID is already recorded with a different stream ID"u8);
            return;
        }
        EncodingLimits limits = context.Dataset.Encodings;
        producers.Record(
            producer, idempotentId, id, context.NowMillis, limits.StreamIdmpDuration, limits.StreamIdmpMaxSize);
        key.Home.ModifiedSilently(key);
        context.Reply.Ok();
    }

    private static bool TryGet(
        scoped ref CommandContext context, int index, int max, ReadOnlySpan<byte> outOfRange, out int value)
    {
        value = 0;
        if (!context.TryGetInteger(index, out long number)) return false;
        if (number < 1 || number > max)
        {
            context.Reply.Error(outOfRange);
            return false;
        }
        value = (int)number;
        return true;
    }

    private static bool TryFind(scoped ref CommandContext context, scoped in Key key, out Entry entry)
    {
        Lookup lookup = key.Home.Write(key, ValueType.Stream, out entry);
        if (lookup == Lookup.Found) return true;
        context.Reply.Error(lookup == Lookup.Missing ? Errors.NoSuchKey : Errors.WrongType);
        return false;
    }
}
