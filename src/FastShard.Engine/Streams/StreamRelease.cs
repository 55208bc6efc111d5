using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Streams;

/// <summary>XNACK.</summary>
internal static class StreamRelease
{
    private const string Unrecognized = "ERR Unrecognized XNACK option '";

    public static void Run(scoped ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!GroupLookup.TryFind(ref context, key, isWrite: true, out StructureHandle stream, out StreamGroup group))
            return;
        bool isSilent = context.ArgIs(3, "SILENT"u8);
        bool isFatal = context.ArgIs(3, "FATAL"u8);
        if (!isSilent && !isFatal && !context.ArgIs(3, "FAIL"u8))
        {
            context.Reply.Error("ERR mode must be SILENT, FAIL, or FATAL"u8);
            return;
        }
        if (!TryParse(ref context, out int first, out int count, out long retryCount, out bool forces)) return;
        long released = 0;
        StreamEntries entries = new(stream);
        for (int index = first; index < first + count; index++)
        {
            _ = StreamIdText.TryParse(context.Arg(index), 0, out StreamId id);
            bool isPending = group.TryFindPending(id, out PendingEntry pending);
            if (!isPending && (!forces || !entries.Contains(id))) continue;
            long deliveries = isPending ? pending.DeliveryCount : 0;
            if (retryCount >= 0) deliveries = retryCount;
            else if (isFatal) deliveries = long.MaxValue;
            else if (isSilent) deliveries = Math.Max(deliveries - 1, 0);
            group.Release(id, deliveries);
            released++;
        }
        if (released > 0) key.Home.ModifiedAside(key, null, wakes: true);
        context.Reply.Integer(released);
    }

    private static bool TryParse(
        scoped ref CommandContext context, out int first, out int count, out long retryCount, out bool forces)
    {
        (first, count, retryCount, forces) = (0, 0, -1, false);
        for (int index = 4; index < context.ArgCount; index++)
        {
            bool hasMore = index + 1 < context.ArgCount;
            if (context.ArgIs(index, "FORCE"u8))
            {
                forces = true;
            }
            else if (hasMore && context.ArgIs(index, "RETRYCOUNT"u8))
            {
                if (!context.TryGetInteger(++index, out retryCount)) return false;
                if (retryCount >= 0) continue;
                context.Reply.Error("ERR Invalid RETRYCOUNT value, must be >= 0"u8);
                return false;
            }
            else if (hasMore && first == 0 && context.ArgIs(index, "IDS"u8))
            {
                if (!TryReadIds(ref context, index, out count)) return false;
                first = index + 2;
                index += count + 1;
            }
            else
            {
                context.Reply.Error(Unrecognized + StreamErrors.Text(context.Arg(index)) + "'");
                return false;
            }
        }
        if (first > 0) return true;
        context.Reply.Error("ERR syntax error, expected IDS keyword"u8);
        return false;
    }

    private static bool TryReadIds(scoped ref CommandContext context, int index, out int count)
    {
        count = 0;
        if (!Numbers.TryParseInt64(context.Arg(index + 1), out long told) || told <= 0)
        {
            context.Reply.Error("ERR numids must be a positive integer"u8);
            return false;
        }
        if (told > context.ArgCount - index - 2)
        {
            context.Reply.Error("ERR number of IDs doesn't match numids"u8);
            return false;
        }
        count = (int)told;
        for (int id = index + 2; id < index + 2 + count; id++)
        {
            if (!StreamIdText.TryGet(ref context, id, out _)) return false;
        }
        return true;
    }
}
