using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Server.HotKeys;

/// <summary>What HOTKEYS GET answers about a session; names and order are Redis's.</summary>
internal static class HotKeySessionReply
{
    private const int NanosPerMicro = 1000;

    public static void Write(ref CommandContext context, FastShardServer server, HotKeySession session)
    {
        HotKeyTotals now = session.AtEnd ?? HotKeyTotals.Of(server, context.NowMillis);
        HotKeyTotals used = now.Since(session.AtStart);
        bool isChosen = session.Slots is not null;
        bool isSampled = session.SampleRatio > 1;
        int pairs = 7 + (isChosen ? 2 : 0) + (isChosen && isSampled ? 2 : 0)
            + (session.CountsTime ? 3 : 0) + (session.CountsBytes ? 2 : 0);
        context.Reply.Array(1);
        context.Reply.Map(pairs);
        Field(ref context, "tracking-active"u8, session.IsActive ? 1 : 0);
        Field(ref context, "sample-ratio"u8, session.SampleRatio);
        context.Reply.Bulk("selected-slots"u8);
        WriteSlots(ref context, session.Slots);
        long chosenMicros = session.SampledNanos * session.SampleRatio / NanosPerMicro;
        long chosenBytes = session.SampledBytes * session.SampleRatio;
        if (isChosen && isSampled)
            Field(ref context, "sampled-commands-selected-slots-us"u8, session.SampledNanos / NanosPerMicro);
        if (isChosen) Field(ref context, "all-commands-selected-slots-us"u8, chosenMicros);
        Field(ref context, "all-commands-all-slots-us"u8, used.CommandNanos / NanosPerMicro);
        if (isChosen && isSampled)
            Field(ref context, "net-bytes-sampled-commands-selected-slots"u8, session.SampledBytes);
        if (isChosen) Field(ref context, "net-bytes-all-commands-selected-slots"u8, chosenBytes);
        Field(ref context, "net-bytes-all-commands-all-slots"u8, used.NetBytes);
        Field(ref context, "collection-start-time-unix-ms"u8, session.AtStart.NowMillis);
        Field(ref context, "collection-duration-ms"u8, used.NowMillis);
        if (session.CountsTime)
        {
            Field(ref context, "total-cpu-time-user-ms"u8, used.UserMicros / 1000);
            Field(ref context, "total-cpu-time-sys-ms"u8, used.SystemMicros / 1000);
        }
        if (session.CountsBytes) Field(ref context, "total-net-bytes"u8, chosenBytes);
        if (session.CountsTime)
            WriteKeys(ref context, "by-cpu-time-us"u8, server, session.ByTime, session.Count, NanosPerMicro);
        if (session.CountsBytes)
            WriteKeys(ref context, "by-net-bytes"u8, server, session.ByBytes, session.Count, 1);
    }

    private static void WriteKeys(
        ref CommandContext context, ReadOnlySpan<byte> name, FastShardServer server, ReadOnlySpan<KeySketch> sketches,
        int count, long unit)
    {
        List<(byte[] Name, long Weight)> keys = HotKeyReport.Heaviest(server, sketches, count);
        context.Reply.Bulk(name);
        context.Reply.Array(keys.Count * 2);
        foreach ((byte[] key, long weight) in keys)
        {
            context.Reply.Bulk(key);
            context.Reply.Integer(weight / unit);
        }
    }

    // Runs of slots, as first and last.
    private static void WriteSlots(ref CommandContext context, bool[]? slots)
    {
        List<(int First, int Last)> runs = [];
        if (slots is null) runs.Add((0, KeySlot.Count - 1));
        for (int slot = 0; slots is not null && slot < KeySlot.Count; slot++)
        {
            if (!slots[slot]) continue;
            int last = slot;
            while (last + 1 < KeySlot.Count && slots[last + 1]) last++;
            runs.Add((slot, last));
            slot = last;
        }
        context.Reply.Array(runs.Count);
        foreach ((int first, int last) in runs)
        {
            context.Reply.Array(first == last ? 1 : 2);
            context.Reply.Integer(first);
            if (first != last) context.Reply.Integer(last);
        }
    }

    private static void Field(ref CommandContext context, ReadOnlySpan<byte> name, long value)
    {
        context.Reply.Bulk(name);
        context.Reply.Integer(value);
    }
}
