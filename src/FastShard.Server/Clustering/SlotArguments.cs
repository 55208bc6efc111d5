using FastShard.Cluster.State;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Server.Clustering;

/// <summary>Reads arguments that name slots; what is wrong with them is replied here.</summary>
internal static class SlotArguments
{
    /// <summary>One slot.</summary>
    public static bool TryOne(ref CommandContext context, int index, out int slot)
    {
        slot = 0;
        if (Numbers.TryParseInt64(context.Arg(index), out long number) && number is >= 0 and < SlotSet.Slots)
        {
            slot = (int)number;
            return true;
        }
        context.Reply.Error("ERR Invalid or out of range slot"u8);
        return false;
    }

    /// <summary>All arguments from the third on are slots, none of them twice.</summary>
    public static bool TryAll(ref CommandContext context, out SlotSet slots)
    {
        slots = new SlotSet();
        for (int index = 2; index < context.ArgCount; index++)
        {
            if (!TryOne(ref context, index, out int slot) || !TryAdd(ref context, slots, slot)) return false;
        }
        return true;
    }

    /// <summary>They are pairs of the first and the last slot of a range.</summary>
    public static bool TryRanges(ref CommandContext context, out SlotSet slots)
    {
        slots = new SlotSet();
        if (context.ArgCount % 2 != 0)
        {
            context.Reply.Error(Execution.Refusals.WrongArity(context.Spec));
            return false;
        }
        for (int index = 2; index < context.ArgCount; index += 2)
        {
            if (!TryOne(ref context, index, out int first) || !TryOne(ref context, index + 1, out int last))
                return false;
            if (first > last)
            {
                context.Reply.Error($"ERR start slot number {first} is greater than end slot number {last}");
                return false;
            }
            for (int slot = first; slot <= last; slot++)
            {
                if (!TryAdd(ref context, slots, slot)) return false;
            }
        }
        return true;
    }

    /// <summary>
    /// Reads pairs of numbers from an argument on, up to the first that is none. Gives the index behind them; -1 with
    /// the error replied.
    /// </summary>
    public static int ReadRanges(ref CommandContext context, int index, SlotSet slots)
    {
        while (index < context.ArgCount && Numbers.TryParseInt64(context.Arg(index), out _))
        {
            if (index + 1 == context.ArgCount)
            {
                context.Reply.Error(Errors.Syntax);
                return -1;
            }
            if (!TryOne(ref context, index, out int first) || !TryOne(ref context, index + 1, out int last)) return -1;
            if (first > last)
            {
                context.Reply.Error($"ERR start slot number {first} is greater than end slot number {last}");
                return -1;
            }
            for (int slot = first; slot <= last; slot++)
            {
                if (!TryAdd(ref context, slots, slot)) return -1;
            }
            index += 2;
        }
        return index;
    }

    private static bool TryAdd(ref CommandContext context, SlotSet slots, int slot)
    {
        if (slots.Add(slot)) return true;
        context.Reply.Error($"ERR Slot {slot} specified multiple times");
        return false;
    }
}
