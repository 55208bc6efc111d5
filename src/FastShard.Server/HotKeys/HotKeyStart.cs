using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;

namespace FastShard.Server.HotKeys;

/// <summary>HOTKEYS START: reads what is to be counted, and begins.</summary>
internal static class HotKeyStart
{
    private const int DefaultCount = 10;
    private const int CountMax = 64;
    private const long SecondsMax = 1_000_000;

    public static void Run(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        if (server.HotKeySession is { IsActive: true } running && context.NowMillis < running.EndMillis)
        {
            context.Reply.Error("ERR hotkey tracking session already in progress"u8);
            return;
        }
        if (!TryReadMetrics(ref context, out bool countsTime, out bool countsBytes, out int next)) return;
        long count = DefaultCount;
        long seconds = 0;
        long ratio = 1;
        bool[]? slots = null;
        while (next < context.ArgCount)
        {
            bool hasValue = next + 1 < context.ArgCount;
            bool isRead;
            if (hasValue && context.ArgIs(next, "COUNT"u8))
            {
                isRead = TryRead(
                    ref context, next + 1, CountMax, "ERR COUNT must be between 1 and 64"u8, out count);
            }
            else if (hasValue && context.ArgIs(next, "DURATION"u8))
            {
                isRead = TryRead(
                    ref context, next + 1, SecondsMax, "ERR DURATION be between 1 and 1000000"u8, out seconds);
            }
            else if (hasValue && context.ArgIs(next, "SAMPLE"u8))
            {
                isRead = TryRead(
                    ref context, next + 1, int.MaxValue, "ERR SAMPLE ratio must be positive"u8, out ratio);
            }
            else if (hasValue && context.ArgIs(next, "SLOTS"u8))
            {
                isRead = TryReadSlots(ref context, ref next, ref slots);
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
            if (!isRead) return;
            next += 2;
        }
        Begin(server, new HotKeySession(server.Shards.Length)
        {
            CountsTime = countsTime,
            CountsBytes = countsBytes,
            Count = (int)count,
            SampleRatio = (int)ratio,
            Slots = slots,
            EndMillis = seconds == 0 ? long.MaxValue : context.NowMillis + (seconds * 1000),
            AtStart = HotKeyTotals.Of(server, context.NowMillis),
        });
        context.Reply.Ok();
    }

    private static void Begin(FastShardServer server, HotKeySession session)
    {
        server.HotKeySession = session;
        foreach (Shard shard in server.Shards)
        {
            shard.HotKeys.Session = session;
            shard.HotKeys.Restart();
        }
    }

    private static bool TryReadMetrics(
        ref CommandContext context, out bool countsTime, out bool countsBytes, out int next)
    {
        (countsTime, countsBytes) = (false, false);
        next = 4;
        if (context.ArgCount < 4 || !context.ArgIs(2, "METRICS"u8))
        {
            context.Reply.Error("ERR METRICS parameter is required"u8);
            return false;
        }
        if (!TryRead(ref context, 3, 2, "ERR METRICS count must be positive"u8, out long metrics)) return false;
        int found = 0;
        for (; next < context.ArgCount && found < metrics; next++, found++)
        {
            bool isTime = context.ArgIs(next, "CPU"u8);
            if (!isTime && !context.ArgIs(next, "NET"u8)) break;
            if (isTime ? countsTime : countsBytes)
            {
                context.Reply.Error($"ERR METRICS {(isTime ? "CPU" : "NET")} defined more than once!");
                return false;
            }
            countsTime |= isTime;
            countsBytes |= !isTime;
        }
        if (found == metrics) return true;
        context.Reply.Error("ERR METRICS count does not match number of metric types provided"u8);
        return false;
    }

    private static bool TryReadSlots(ref CommandContext context, ref int next, ref bool[]? slots)
    {
        if (slots is not null)
        {
            context.Reply.Error("ERR SLOTS parameter already specified"u8);
            return false;
        }
        ReadOnlySpan<byte> error = "ERR SLOTS count must be between 1 and 16384"u8;
        if (!TryRead(ref context, next + 1, KeySlot.Count, error, out long count)) return false;
        if (next + 1 + count >= context.ArgCount)
        {
            context.Reply.Error("ERR not enough slot numbers provided"u8);
            return false;
        }
        slots = new bool[KeySlot.Count];
        for (int index = 0; index < count; index++)
        {
            if (!Numbers.TryParseInt64(context.Arg(next + 2 + index), out long slot) || slot is < 0 or >= KeySlot.Count)
            {
                context.Reply.Error("ERR Invalid or out of range slot"u8);
                return false;
            }
            if (slots[slot])
            {
                context.Reply.Error("ERR duplicate slot number"u8);
                return false;
            }
            slots[slot] = true;
        }
        next += (int)count;
        return true;
    }

    private static bool TryRead(
        ref CommandContext context, int index, long most, ReadOnlySpan<byte> error, out long value)
    {
        if (Numbers.TryParseInt64(context.Arg(index), out value) && value >= 1 && value <= most) return true;
        context.Reply.Error(error);
        return false;
    }
}
