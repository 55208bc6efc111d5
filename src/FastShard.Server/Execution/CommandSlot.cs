using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Blocking;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Execution;

/// <summary>Which slot's statistics a command belongs to, and with how many bytes.</summary>
internal static class CommandSlot
{
    // The asterisk, or the dollar sign, and the line's end.
    private const int LineBytes = 3;

    private const int LineEndBytes = 2;

    /// <summary>The slot of its keys, of which a cluster lets one pass; below 0 = none, or nobody counts.</summary>
    public static int Of(ShardWorker worker, Shard home, in CommandRecord record, in ArgumentView arguments)
    {
        CommandSpec spec = record.Spec!;
        if (home.Statistics.Slots is null || (spec.Keys.Length == 0 && spec.FindKeys is null)) return -1;
        bool isPlaced = spec.SingleKeyIndex > 0 || spec.Placement == Placement.Channel;
        return isPlaced && record.Shard >= 0 ? record.Slot : Of(worker, spec, arguments);
    }

    /// <summary>Counts a command that has waited.</summary>
    public static void Count(ShardWorker worker, Shard shard, BlockedCall call, long replyBytes)
    {
        if (shard.Statistics.Slots is not { } slots) return;
        int slot = Of(worker, call.Spec, call.Arguments);
        if (slot < 0) return;
        slots.Note(slot, RequestBytes(call.Arguments), replyBytes);
        slots.Charge(call.Nanos);
    }

    /// <summary>What a request took on the wire.</summary>
    public static long RequestBytes(in ArgumentView arguments)
    {
        // Not what lies between the first and the last of them: queued requests are kept without their lines.
        long bytes = LineBytes + Digits(arguments.Count);
        for (int index = 0; index < arguments.Count; index++)
        {
            int length = arguments[index].Length;
            bytes += LineBytes + Digits(length) + length + LineEndBytes;
        }
        return bytes;
    }

    private static int Of(ShardWorker worker, CommandSpec spec, in ArgumentView arguments)
    {
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(spec, arguments, positions) || positions.Count == 0) return -1;
        return KeySlot.Of(arguments[positions[0]]);
    }

    private static int Digits(int number)
    {
        int digits = 1;
        for (; number >= 10; number /= 10) digits++;
        return digits;
    }
}
