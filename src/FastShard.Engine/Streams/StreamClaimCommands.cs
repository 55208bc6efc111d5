using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>Commands that give pending deliveries to another consumer.</summary>
public static class StreamClaimCommands
{
    // Each round of XAUTOCLAIM looks at so many deliveries for each that it may return.
    private const long AttemptsFactor = 10;
    private const long UsualCount = 100;
    private const long CountMax = long.MaxValue / 16;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("XCLAIM", -6, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Claim(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "5.0.0",
            Complexity = "O(log N) for each id where N is the number of pending entries.",
            Summary = "Gives pending entries of a group to a consumer.",
            Syntax = "key group consumer min-idle-time id [id ...] [IDLE ms:integer]"
                + " [TIME unix-time-milliseconds:unix-time] [RETRYCOUNT count:integer] [FORCE] [JUSTID]"
                + " [LASTID lastid]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("XAUTOCLAIM", -6, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => AutoClaim(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Stream,
            Since = "6.2.0",
            Complexity = "O(1) for a small COUNT.",
            Summary = "Gives pending entries of a group that were idle for long to a consumer.",
            Syntax = "key group consumer min-idle-time start [COUNT count:integer] [JUSTID]",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
    ];

    private static void Claim(scoped ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!GroupLookup.TryFind(ref context, key, isWrite: true, out StructureHandle stream, out StreamGroup group))
            return;
        if (!ClaimOptions.TryParse(ref context, out ClaimOptions options)) return;
        bool isChanged = options.LastId > group.LastId;
        if (isChanged)
        {
            group.LastId = options.LastId;
            StreamEffects.SetGroup(key, group);
        }
        StreamConsumer consumer = ConsumerOf(context, key, group);
        StreamEntries entries = new(stream);
        DeferredLength array = context.Reply.DeferArray();
        int claimed = 0;
        for (int index = 5; index < options.EndOfIds; index++)
        {
            _ = StreamIdText.TryParse(context.Arg(index), 0, out StreamId id);
            bool isPending = group.TryFindPending(id, out PendingEntry pending);
            if (!entries.Contains(id))
            {
                // A delivery without an entry has nothing to claim.
                if (!isPending || !group.Acknowledge(id)) continue;
                StreamEffects.Acknowledge(key, group.Name, id);
                isChanged = true;
                continue;
            }
            if (!isPending && !options.Forces) continue;
            bool isTooFresh = options.MinIdleMillis > 0
                && context.NowMillis - pending.DeliveryMillis < options.MinIdleMillis;
            if (isPending && isTooFresh) continue;
            // What is made pending counts as delivered before it is claimed.
            long deliveries = isPending ? pending.DeliveryCount : 1;
            if (options.RetryCount >= 0) deliveries = options.RetryCount;
            else if (!options.JustId) deliveries = Increased(deliveries);
            group.Assign(id, consumer, options.DeliveryMillis, deliveries);
            StreamEffects.Claim(key, group, consumer.Name, id, options.DeliveryMillis, deliveries);
            consumer.ActiveMillis = context.NowMillis;
            ReplyClaimed(ref context, stream, id, options.JustId);
            claimed++;
        }
        context.Reply.SetDeferred(array, claimed);
        if (claimed > 0 || isChanged) key.Home.ModifiedAside(key, null, wakes: false);
    }

    private static void AutoClaim(scoped ref CommandContext context)
    {
        if (!TryReadMinIdle(ref context, "ERR Invalid min-idle-time argument for XAUTOCLAIM"u8, out long minIdle))
            return;
        if (!StreamIdText.TryGetStart(ref context, 5, out StreamId position)) return;
        if (!TryReadAutoOptions(ref context, out long count, out bool justId)) return;
        Key key = context.Key(1);
        if (!GroupLookup.TryFind(ref context, key, isWrite: true, out StructureHandle stream, out StreamGroup group))
            return;
        StreamConsumer consumer = ConsumerOf(context, key, group);

        context.Reply.Array(3);
        ReplyMark cursorPlace = context.Reply.Buffer.Mark();
        DeferredLength array = context.Reply.DeferArray();
        using StreamIdScratch deleted = new();
        StreamEntries entries = new(stream);
        int claimed = 0;
        bool isAtEnd = false;
        for (long attempts = count * AttemptsFactor; attempts > 0 && count > 0; attempts--)
        {
            PendingReader reader = new(group, position, StreamId.Max);
            isAtEnd = !reader.MoveNext();
            if (isAtEnd) break;
            PendingEntry pending = reader.Current;
            isAtEnd = !pending.Id.TryNext(out position);
            if (!entries.Contains(pending.Id))
            {
                group.Acknowledge(pending.Id);
                StreamEffects.Acknowledge(key, group.Name, pending.Id);
                deleted.Add(pending.Id);
                count--;
            }
            else if (context.NowMillis - pending.DeliveryMillis >= minIdle)
            {
                long deliveries = justId ? pending.DeliveryCount : Increased(pending.DeliveryCount);
                group.Assign(pending.Id, consumer, context.NowMillis, deliveries);
                StreamEffects.Claim(key, group, consumer.Name, pending.Id, context.NowMillis, deliveries);
                consumer.ActiveMillis = context.NowMillis;
                ReplyClaimed(ref context, stream, pending.Id, justId);
                claimed++;
                count--;
            }
            if (isAtEnd) break;
        }
        context.Reply.SetDeferred(array, claimed);
        InsertCursor(ref context, cursorPlace, group, position, isAtEnd);
        context.Reply.Array(deleted.Count);
        foreach (StreamId id in deleted.Ids) StreamReplies.Id(ref context, id);
        if (claimed + deleted.Count > 0) key.Home.ModifiedAside(key, null, wakes: false);
    }

    /// <summary>Where the next call goes on is only known when this one is done, but stands in front.</summary>
    private static void InsertCursor(
        scoped ref CommandContext context, ReplyMark place, scoped in StreamGroup group, StreamId position,
        bool isAtEnd)
    {
        StreamId next = StreamId.Zero;
        if (!isAtEnd)
        {
            PendingReader reader = new(group, position, StreamId.Max);
            if (reader.MoveNext()) next = reader.Id;
        }
        Span<byte> text = stackalloc byte[StreamIdText.MaxBytes];
        int length = StreamIdText.Format(next, text);
        Span<byte> bulk = stackalloc byte[StreamIdText.MaxBytes + 16];
        bulk[0] = (byte)'$';
        int at = 1 + Numbers.FormatInt64(length, bulk[1..]);
        "\r\n"u8.CopyTo(bulk[at..]);
        text[..length].CopyTo(bulk[(at + 2)..]);
        "\r\n"u8.CopyTo(bulk[(at + 2 + length)..]);
        context.Reply.Buffer.Insert(place, bulk[..(at + 4 + length)]);
    }

    internal static bool TryReadMinIdle(scoped ref CommandContext context, ReadOnlySpan<byte> error, out long minIdle)
    {
        if (!Numbers.TryParseInt64(context.Arg(4), out minIdle))
        {
            context.Reply.Error(error);
            return false;
        }
        minIdle = Math.Max(minIdle, 0);
        return true;
    }

    private static bool TryReadAutoOptions(scoped ref CommandContext context, out long count, out bool justId)
    {
        count = UsualCount;
        justId = false;
        for (int index = 6; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "JUSTID"u8))
            {
                justId = true;
            }
            else if (context.ArgIs(index, "COUNT"u8) && index + 1 < context.ArgCount)
            {
                bool isInteger = Numbers.TryParseInt64(context.Arg(++index), out count);
                if (isInteger && count is > 0 and <= CountMax) continue;
                context.Reply.Error("ERR COUNT must be > 0"u8);
                return false;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        return true;
    }

    private static StreamConsumer ConsumerOf(
        scoped in CommandContext context, scoped in Key key, scoped in StreamGroup group)
    {
        if (group.GetOrCreateConsumer(context.Arg(3), context.NowMillis, out StreamConsumer consumer))
        {
            key.Home.ModifiedAside(key, StreamEvents.GroupCreateConsumer, wakes: false);
            StreamEffects.MakeConsumer(key, group, consumer.Name);
        }
        consumer.SeenMillis = context.NowMillis;
        return consumer;
    }

    private static void ReplyClaimed(
        scoped ref CommandContext context, scoped in StructureHandle stream, StreamId id, bool justId)
    {
        if (justId) StreamReplies.Id(ref context, id);
        else StreamReplies.TryEntry(ref context, stream, id);
    }

    private static long Increased(long count) => count == long.MaxValue ? count : count + 1;
}
