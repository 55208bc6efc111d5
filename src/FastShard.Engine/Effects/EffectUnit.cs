using System.Numerics;
using System.Runtime.CompilerServices;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Effects;

/// <summary>Runs a handler so that what it changes is journalled.</summary>
public static class EffectUnit
{
    private const CommandFlags Changes = CommandFlags.Write | CommandFlags.MayReplicate;

    /// <summary>
    /// Runs the context's handler. <paramref name="shards"/>: those whose keys it may change, as bits; where there are
    /// several they have one journal in common meanwhile (<see cref="Keyspace.Effects"/>).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run(ref CommandContext context, ulong shards)
    {
        if (!context.Dataset.IsJournalled || (context.Spec.Flags & Changes) == 0 || shards == 0)
            context.Spec.Handler!(ref context);
        else
            RunJournalled(ref context, shards);
    }

    private static void RunJournalled(ref CommandContext context, ulong shards)
    {
        EffectJournal journal = context.Dataset[BitOperations.TrailingZeroCount(shards)].Effects;
        journal.BeginCommand(context.Spec);
        long before = ChangesOf(context.Dataset, shards);
        context.Spec.Handler!(ref context);
        journal.EndCommand(context, ChangesOf(context.Dataset, shards) != before);
    }

    private static long ChangesOf(Dataset dataset, ulong shards)
    {
        long sum = 0;
        for (ulong left = shards; left != 0; left &= left - 1)
            sum += dataset[BitOperations.TrailingZeroCount(left)].Counters.Changes;
        return sum;
    }
}
