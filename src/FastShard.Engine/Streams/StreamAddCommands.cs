using System.IO.Hashing;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Streams;

/// <summary>XADD.</summary>
public static class StreamAddCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XADD", -5, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
            static (ref CommandContext context) => Add(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(1) when nothing is trimmed, else O(N) where N is the number of entries removed.",
            Summary = "Adds an entry to a stream, which is made if it is missing, and trims it where asked for.",
            Syntax = "key [NOMKSTREAM] [KEEPREF | DELREF | ACKED]"
                + " [IDMPAUTO producer-id:string | IDMP producer-id:string idempotent-id:string]"
                + " [(MAXLEN | MINID) [= | ~] threshold [LIMIT count:integer]] (* | id) field value [field value ...]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
    ];

    /// <summary>Makes an empty stream at a key that does not exist.</summary>
    internal static Entry Create(scoped in Key key)
    {
        Entry entry = key.Home.Insert(
            key, ValueType.Stream, ValueEncoding.Stream, StreamEntries.RootBytes, expiryMillis: 0);
        key.Home.Table.Structure(entry).Clear(StreamEntries.RootBytes);
        return entry;
    }

    private static void Add(scoped ref CommandContext context)
    {
        if (!StreamAddOptions.TryParse(ref context, isAdd: true, out StreamAddOptions options)) return;
        int fieldIndex = options.IdIndex + 1;
        int fieldArguments = context.ArgCount - fieldIndex;
        if (fieldArguments < 2 || fieldArguments % 2 == 1)
        {
            context.Reply.Error("ERR wrong number of arguments for 'xadd' command"u8);
            return;
        }
        if (options.HasId && options.HasSequence && options.Id.IsZero)
        {
            context.Reply.Error("ERR The ID specified in XADD must be greater than 0-0"u8);
            return;
        }
        Key key = context.Key(1);
        Lookup lookup = key.Home.Write(key, ValueType.Stream, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (lookup == Lookup.Missing && options.NoMakeStream)
        {
            context.Reply.Null();
            return;
        }
        Add(ref context, options, new ArgumentFields(context.Arguments, fieldIndex), key, lookup, entry);
    }

    private static void Add(
        scoped ref CommandContext context, scoped in StreamAddOptions options, scoped in ArgumentFields fields,
        scoped in Key key, Lookup lookup,
        Entry entry)
    {
        bool isFound = lookup == Lookup.Found;
        Span<byte> hash = stackalloc byte[16];
        scoped ReadOnlySpan<byte> idempotentId = default;
        if (options.ProducerIndex > 0)
        {
            idempotentId = IdempotentId(context, options, fields, hash);
            if (isFound && ReplyDuplicate(ref context, options, key.Home.Table.Structure(entry), idempotentId)) return;
        }
        StreamId last = isFound ? new StreamEntries(key.Home.Table.Structure(entry)).LastId : StreamId.Zero;
        if (!TryMakeId(ref context, options, last, out StreamId id)) return;
        long textBytes = fields.TextBytes;
        if (textBytes > StreamEntries.MaxTextBytes)
        {
            context.Reply.Error("ERR Elements are too large to be stored"u8);
            return;
        }

        if (!isFound) entry = Create(key);
        StructureHandle stream = key.Home.Table.Structure(entry);
        StreamEntries entries = new(stream);
        EncodingLimits limits = context.Dataset.Encodings;
        entries.Append(
            id, fields, textBytes, new StreamLimits(limits.StreamNodeMaxBytes, limits.StreamNodeMaxEntries));
        if (options.ProducerIndex > 0)
        {
            new StreamProducers(stream).Record(
                context.Arg(options.ProducerIndex), idempotentId, id, context.NowMillis,
                limits.StreamIdmpDuration, limits.StreamIdmpMaxSize);
        }
        StreamReplies.Id(ref context, id);
        key.Home.Modified(key, StreamEvents.Add);
        long trimmed = options.HasTrim ? entries.Trim(options.Trim) : 0;
        if (trimmed > 0) key.Home.Notify(key, StreamEvents.Trim);
        StreamEffects.Add(context, key, id, options, trimmed, entries.Length);
        if (options.ProducerIndex > 0)
            StreamEffects.Record(key, context.Arg(options.ProducerIndex), idempotentId, id);
    }

    private static bool TryMakeId(
        scoped ref CommandContext context, scoped in StreamAddOptions options, StreamId last, out StreamId id)
    {
        id = options.Id;
        if (last == StreamId.Max)
        {
            context.Reply.Error("ERR The stream has exhausted the last possible ID, unable to add more items"u8);
            return false;
        }
        if (!options.HasId)
        {
            ulong now = (ulong)context.NowMillis;
            if (now > last.Millis) id = new StreamId(now, 0);
            else last.TryNext(out id);
        }
        else if (!options.HasSequence && id.Millis == last.Millis)
        {
            // The time was given, and must not move on by itself.
            id = last.Sequence < ulong.MaxValue ? new StreamId(last.Millis, last.Sequence + 1) : StreamId.Zero;
        }
        if (id > last) return true;
        context.Reply.Error(StreamErrors.IdTooSmall);
        return false;
    }

    private static bool ReplyDuplicate(
        scoped ref CommandContext context, scoped in StreamAddOptions options, scoped in StructureHandle stream,
        scoped ReadOnlySpan<byte> id)
    {
        StreamProducers producers = new(stream);
        ReadOnlySpan<byte> producer = context.Arg(options.ProducerIndex);
        if (!producers.TryFind(producer, id, context.NowMillis, out StreamId entry)) return false;
        producers.CountDuplicate();
        StreamReplies.Id(ref context, entry);
        return true;
    }

    /// <summary>The given id, or the hash of all pairs whatever their order.</summary>
    private static ReadOnlySpan<byte> IdempotentId(
        scoped in CommandContext context, scoped in StreamAddOptions options, scoped in ArgumentFields fields,
        Span<byte> hash)
    {
        if (options.IdempotentIndex > 0) return context.Arg(options.IdempotentIndex);
        UInt128 sum = 0;
        for (int index = 0; index < fields.Count; index++)
        {
            UInt128 field = XxHash128.HashToUInt128(fields.Field(index));
            sum += XxHash128.HashToUInt128(fields.Value(index), (long)(ulong)field) ^ (field >> 64);
        }
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(hash, sum);
        return hash;
    }
}
