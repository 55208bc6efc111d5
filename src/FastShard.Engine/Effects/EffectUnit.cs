using System.Numerics;
using System.Runtime.CompilerServices;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Protocol;

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

    /// <summary>
    /// The same on a key that is spread, by one shard: what it does stands in that shard's journal, as the command that
    /// its client sent. Such commands commute, so their order among those of other shards does not matter.
    /// </summary>
    public static void RunSpread(ref CommandContext context, SpreadKey spread, int shard)
    {
        Keyspace keyspace = context.Dataset[shard];
        Database here = keyspace[context.Session.Db];
        spread.CountOperation(shard);
        if (!context.Dataset.IsJournalled || (context.Spec.Flags & Changes) == 0)
        {
            context.Spec.OnSpread!(ref context, spread, here);
            return;
        }
        keyspace.Effects.BeginCommand(context.Spec);
        long before = keyspace.Counters.Changes;
        context.Spec.OnSpread!(ref context, spread, here);
        keyspace.Effects.EndCommand(context, keyspace.Counters.Changes != before);
    }

    /// <summary>
    /// Runs so many requests in a row that add the same step to a spread counter: one addition, and the replies that
    /// they would have got one by one. False where that is not the same as one by one; then nothing has happened.
    /// </summary>
    public static bool TryRunBurst(
        Keyspace keyspace, int database, SpreadCounter counter, int step, int count, ref ReplyWriter reply)
    {
        long sum = (long)step * count;
        if (keyspace.AnnouncedClasses != 0 || !counter.TryAdd(sum, out long value)) return false;
        counter.CountOperations(keyspace.ShardIndex, count);
        keyspace.Counters.Dirty += count;
        if (keyspace.Effects.IsOn)
        {
            keyspace.Effects.Database = database;
            keyspace.Effects.Write("INCRBY"u8, counter.Name, sum);
        }
        value -= sum;
        for (int request = 0; request < count; request++) reply.Integer(value += step);
        return true;
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
