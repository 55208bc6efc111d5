using System.Numerics;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;
using FastShard.Server.HotKeys;
using FastShard.Server.Sharding;
using FastShard.Server.Spreading;

namespace FastShard.Server.Execution;

/// <summary>
/// The common case without its questions: a row of brief commands of one key each, on shards that can be had at once,
/// of a client with nothing special about it, while nobody waits or watches and no limit is set. What holds for the
/// whole row is asked once; it takes a tenth off a pipelined GET or SET. The first record about which there is anything
/// to decide is left to <see cref="BatchRunner"/>, which does the same and more.
/// </summary>
internal static class PlainRun
{
    /// <summary>
    /// Runs records from <see cref="Batch.Next"/> on, as many as there are in a row, perhaps none. Ends where a safe
    /// point is due, and behind a command that made a key ready for somebody who waits.
    /// </summary>
    // Between two safe points no other thread changes what is asked only once: it would need this shard's token.
    public static void Advance(ShardWorker worker, Connection client, Batch batch, ref RunTiming timing)
    {
        if (!IsOrdinary(worker.Server, client, batch)) return;
        Dataset dataset = worker.Server.Dataset;
        GateState gates = worker.Server.Gates;
        ClusterHost? cluster = worker.Server.Cluster;
        SpreadMap? spread = worker.Server.Spread.Active;
        ReplyBuffer output = client.Output;
        int first = batch.Next;
        int next = first;
        bool mayHaveChanged = false;
        long outputBefore = output.Length;
        while (next < batch.Count && !IsSafePointDue(worker))
        {
            ref CommandRecord record = ref batch.Records[next];
            if (record.Shard < 0) break;
            CommandSpec spec = record.Spec!;
            bool isPlain = spec.IsPlain && spec.AcceptsArity(record.ArgCount) && gates.IsOpenFor(spec);
            if (!isPlain) break;
            if (spread is not null && !SpreadRun.TryRoutePlain(worker, client, batch, ref record, spread)) break;
            if (!worker.TryHold(record.Shard)) break;
            if (cluster is not null && !ClusterGate.IsPlain(cluster, client, record)) break;
            if (record.Spread is not null
                && SpreadRun.TryRunBurst(worker, client, batch, next, output, ref timing) is > 0 and var burst)
            {
                mayHaveChanged = true;
                next += burst;
                continue;
            }
            var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
            var context = new CommandContext(
                spec, arguments, client, dataset, new ReplyWriter(output, client.Version), worker.NowMillis,
                spec.SingleKeyIndex, record.Slot, record.Hash)
            {
                ElementHash = record.ElementHash,
            };
            timing.BeforeBrief(spec, output);
            if (record.Spread is null) EffectUnit.Run(ref context, 1UL << record.Shard);
            else EffectUnit.RunSpread(ref context, record.Spread, record.Shard);
            timing.AfterBrief(spec, client, cluster is null ? -1 : record.Slot, ref context);
            next++;
            if (spec.Is(CommandFlags.ReadOnly)) continue;
            mayHaveChanged |= spec.MayWrite;
            if (!dataset[record.Shard].Waiters.HasReady) continue;
            worker.NoteReady(1UL << record.Shard);
            break;
        }
        if (next == first) return;
        HotKeyWatch.RowHasRun(worker, batch, first, next, output.Length - outputBefore);
        batch.Next = next;
        client.CommandsRun += next - first;
        client.LastCommand = batch.Records[next - 1].Spec;
        if (mayHaveChanged && dataset.IsJournalled) client.HasEffects = true;
        worker.MarkUnflushed(client);
    }

    private static bool IsOrdinary(FastShardServer server, Connection client, Batch batch) =>
        !batch.IsSplit && !client.NeedsGate && !client.RunsApart && client.Subscriber is null
        && !client.IsClosed && server.Gates.IsOpen && !server.Memory.IsLimited && !server.Watchers.IsPrecise;

    private static bool IsSafePointDue(ShardWorker worker)
    {
        for (ulong held = worker.Held; held != 0; held &= held - 1)
        {
            if (worker.Server.Shards[BitOperations.TrailingZeroCount(held)].Token.IsWanted) return true;
        }
        return false;
    }
}
