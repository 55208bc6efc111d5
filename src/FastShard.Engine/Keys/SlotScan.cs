using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>SCAN over a part of the slots, for walks that go on at another node; every shard is held.</summary>
public static class SlotScan
{
    /// <summary>
    /// Writes the keys of about <paramref name="budget"/> entries from the cursor on, but of no slot from
    /// <paramref name="endSlot"/> on, as an array; the cursor is then where to go on. An empty type is any.
    /// </summary>
    public static void Write(
        ref CommandContext context, ref ScanCursor cursor, int endSlot, long budget, ReadOnlySpan<byte> pattern,
        ReadOnlySpan<byte> type)
    {
        var filter = new KeyFilter(pattern, type);
        DeferredLength length = context.Reply.DeferArray();
        int count = ScanWalk.Run(
            context.Dataset, context.Session.Db, ref cursor, endSlot, budget, filter, ref context.Reply);
        context.Reply.SetDeferred(length, count);
    }

    /// <summary>The only slot that can have keys of a pattern, because of its hash tag; -1 = any.</summary>
    public static int OnlySlotOf(ReadOnlySpan<byte> pattern) =>
        pattern.SequenceEqual("*"u8) ? -1 : KeyFilter.SlotOf(pattern);
}
