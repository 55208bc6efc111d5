using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;
using FastShard.Server.Sharding;
using FastShard.Server.Spreading;

namespace FastShard.Server.Execution;

/// <summary>
/// Runs the records of a batch in order: each is judged, and then runs at once where its shard is held or can be
/// borrowed, goes into the parcel for a shard that is busy, or waits for all parcels when it needs more than one shard
/// or changes the connection. Commands of one connection for one shard never overtake each other.
/// </summary>
internal static class BatchRunner
{
    /// <summary>
    /// True when every record has run and every reply is in the output; false while parcels are under way.
    /// </summary>
    public static bool Run(ShardWorker worker, Connection client, Batch batch)
    {
        BatchPrefetch.All(worker, batch);
        client.Worker = worker;
        var timing = new RunTiming(worker, client.Home, batch.Count);
        while (batch.Next < batch.Count)
        {
            // A borrowed connection's shard must not be let go in the midst of its batch, which is short.
            if (ReferenceEquals(client.Home, worker.Home)) worker.SafePoint();
            if (client.IsClosed || client.ClosesAfterReply) break;
            PlainRun.Advance(worker, client, batch, ref timing);
            if (worker.ReadyShards != 0) Serve(worker, ref timing);
            if (batch.Next == batch.Count) break;
            if (!TryRunNext(worker, client, batch, ref timing))
            {
                timing.End();
                if (batch.ParcelShards != 0) SendParcels(worker, batch);
                return false;
            }
            batch.Next++;
        }
        timing.End();
        if (batch.ParcelShards == 0) return true;
        SendParcels(worker, batch);
        return false;
    }

    /// <summary>Runs a parcel's commands on the shard that owns their keys.</summary>
    public static void RunParcel(ShardWorker worker, Shard shard, Parcel parcel)
    {
        Batch batch = parcel.Batch!;
        shard.Keyspace.NowMillis = worker.NowMillis;
        BatchPrefetch.Parcel(shard, parcel);
        var timing = new RunTiming(worker, shard, batch.Count);
        for (int position = 0; position < parcel.Count; position++)
        {
            ref CommandRecord record = ref batch.Records[parcel[position]];
            if (worker.ReadyShards != 0) Serve(worker, ref timing);
            if (worker.Server.Gates.IsReadOnly && record.Spec!.Is(CommandFlags.Write)) Refuse(shard, parcel.Replies);
            else if (SpreadRun.TryArrive(worker, batch, ref record))
                Executor.Run(worker, shard.Bit, batch, ref record, parcel.Replies, ref timing);
            record.ReplyEnd = parcel.Replies.Mark();
            parcel.HasEffects |= worker.Server.Dataset.IsJournalled && record.Spec!.MayWrite;
            NoteReady(worker, shard.Bit, record.Spec!);
        }
        timing.End();
        if (worker.ReadyShards != 0) Serving.Run(worker);
    }

    // The role has changed while the parcel was on its way: what it writes would be in no stream.
    private static void Refuse(Shard shard, ReplyBuffer replies)
    {
        shard.Statistics.Error(Errors.ReadOnlyReplica);
        new ReplyWriter(replies, RespVersion.Resp2).Error(Errors.ReadOnlyReplica);
    }

    /// <summary>A parcel is back; the last one lets the connection go on.</summary>
    public static void ParcelReturned(ShardWorker worker, Batch batch)
    {
        if (--batch.Outstanding > 0) return;
        Connection client = batch.Connection;
        batch.JoinReplies(client.Output);
        worker.MarkUnflushed(client);
        ConnectionPump.Run(worker, client);
    }

    private static bool TryRunNext(ShardWorker worker, Connection client, Batch batch, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        CommandSpec? spec = record.Spec;
        bool isPlain = spec is not null && !client.NeedsGate && worker.Server.Gates.IsOpenFor(spec)
            && spec.Handler is not null && spec.AcceptsArity(record.ArgCount);
        if (worker.Server.Gates.IsClustered && isPlain) isPlain = ClusterGate.IsPlain(worker.Server.Cluster!, record);
        if (!isPlain)
        {
            if (batch.ParcelShards != 0) return false;
            switch (Gatekeeper.Judge(worker, client, batch, ref record))
            {
                case Verdict.Answered: return true;
                case Verdict.HoldBack: return false;
            }
            spec = record.Spec!;
        }
        client.CommandsRun++;
        client.LastCommand = spec;
        if (worker.Server.Spread.Active is not null)
        {
            switch (SpreadRun.Route(worker, client, batch, ref record, worker.Server.Spread.Active))
            {
                case SpreadRoute.Refused:
                    if (batch.ParcelShards != 0) return false;
                    Gatekeeper.RefuseStrict(worker, client, spec!);
                    return true;
                case SpreadRoute.Together:
                    if (batch.ParcelShards != 0) return false;
                    ulong owners = record.Shard >= 0
                        ? 1UL << record.Shard
                        : ShardNeeds.Of(worker, client, batch, record);
                    worker.HoldAll(worker.Server.AllShards);
                    return TryRunLate(worker, client, batch, owners, ref timing);
            }
        }
        if (record.Shard < 0 && !TryBindToOneShard(worker, client, batch, ref record, out ulong needed))
        {
            if (batch.ParcelShards != 0) return false;
            worker.HoldAll(needed | client.Home.Bit);
            return TryRunLate(worker, client, batch, needed, ref timing);
        }
        bool mayBlock = spec!.Is(CommandFlags.Blocking);
        if (mayBlock && batch.ParcelShards != 0) return false;
        if (batch.ParcelOf(record.Shard) is null && worker.TryHold(record.Shard))
        {
            Execute(worker, 1UL << record.Shard, client, batch, ref record, ref timing);
            return true;
        }
        if (client.ReplyMode != ReplyMode.On || mayBlock)
        {
            // Its reply is to be dropped, which the join cannot do, or the client may have to wait, which the parcel
            // cannot say: run it here, when everything before it is done.
            if (batch.ParcelShards != 0) return false;
            worker.HoldAll((1UL << record.Shard) | client.Home.Bit);
            return TryRunLate(worker, client, batch, 1UL << record.Shard, ref timing);
        }
        batch.AddToParcel(record.Shard, batch.Next);
        return true;
    }

    // Taking tokens takes its time: a gate may have been closed meanwhile, by somebody who relies on it.
    private static bool TryRunLate(
        ShardWorker worker, Connection client, Batch batch, ulong shards, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        if (!worker.Server.Gates.IsOpenFor(record.Spec!))
        {
            switch (Gatekeeper.Judge(worker, client, batch, ref record))
            {
                case Verdict.Answered: return true;
                case Verdict.HoldBack: return false;
            }
        }
        Execute(worker, shards, client, batch, ref record, ref timing);
        return true;
    }

    private static bool TryBindToOneShard(
        ShardWorker worker, Connection client, Batch batch, ref CommandRecord record, out ulong needed)
    {
        needed = ShardNeeds.Of(worker, client, batch, record);
        if (record.Spec!.Placement != Placement.Keys || !ulong.IsPow2(needed)) return false;
        record.Shard = System.Numerics.BitOperations.TrailingZeroCount(needed);
        return true;
    }

    private static void Execute(
        ShardWorker worker, ulong shards, Connection client, Batch batch, ref CommandRecord record,
        ref RunTiming timing)
    {
        if (worker.ReadyShards != 0) Serve(worker, ref timing);
        // Taking tokens takes its time, here and before, and the own shard is let go meanwhile: a client that was
        // killed by then begins nothing more. It would subscribe, watch or wait for ever, and for whoever gets its
        // connection's object next.
        if (client.IsClosed)
        {
            record.ReplySource = -1;
            record.ReplyEnd = batch.LocalReplies.Mark();
            return;
        }
        bool isInterrupted = (worker.Server.Spread.Active is not null || record.Spread is not null)
            && SpreadRun.Settle(worker, client, batch, ref record, ref shards);
        ReplyBuffer output = batch.ParcelShards == 0 ? client.Output : batch.LocalReplies;
        CommandSpec spec = record.Spec!;
        Parking? parking = spec.Is(CommandFlags.Blocking) ? worker.Parking : null;
        parking?.Begin(ulong.MaxValue);
        bool wasAnswering = client.ReplyMode == ReplyMode.On;
        ReplyMark start = wasAnswering ? default : output.Mark();
        Run(worker, shards, batch, ref record, output, ref timing, parking);
        if (isInterrupted) worker.Server.Spread.Resume(worker.NowMillis);
        if (parking is { IsParked: true })
        {
            var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
            Blocker.Park(worker, client, spec, arguments, !wasAnswering, timing.Parked());
        }
        if (client.ReplyMode != ReplyMode.On)
            DropReply(client, output, start, wasAnswering || spec.Is(CommandFlags.RepliesAlways));
        // Pushes that came while the command ran, perhaps from itself, follow its reply.
        if (client.Subscriber is { } subscriber && batch.ParcelShards == 0) subscriber.ReleaseWaiting();
        if (batch.ParcelShards != 0)
        {
            record.ReplySource = -1;
            record.ReplyEnd = output.Mark();
        }
        worker.MarkUnflushed(client);
        NoteReady(worker, shards, spec);
        if (worker.ReadyShards != 0) Serve(worker, ref timing);
    }

    private static void Run(
        ShardWorker worker, ulong shards, Batch batch, ref CommandRecord record, ReplyBuffer output,
        ref RunTiming timing, Parking? parking)
    {
        CommandSpec spec = record.Spec!;
        bool mayWrite = worker.Server.Dataset.IsJournalled && spec.MayWrite;
        bool isBlock = mayWrite && shards != 0 && !ulong.IsPow2(shards);
        if (isBlock) worker.BeginBlock(shards);
        Executor.Run(worker, shards, batch, ref record, output, ref timing, parking);
        if (isBlock) worker.EndBlock(shards);
        if (mayWrite) batch.Connection.HasEffects = true;
    }

    private static void Serve(ShardWorker worker, ref RunTiming timing)
    {
        timing.End();
        Serving.Run(worker);
    }

    // A read changes nothing that anybody waits for, but for what it finds expired: the turn's end looks after that.
    private static void NoteReady(ShardWorker worker, ulong shards, CommandSpec spec)
    {
        if (!spec.Is(CommandFlags.ReadOnly)) worker.NoteReady(shards);
    }

    // CLIENT REPLY OFF and SKIP answer nothing themselves; what runs while they are in force is cut off.
    private static void DropReply(Connection client, ReplyBuffer output, ReplyMark start, bool wasAnswering)
    {
        switch (client.ReplyMode)
        {
            case ReplyMode.SkipNext:
                client.ReplyMode = ReplyMode.Skip;
                break;
            case ReplyMode.Skip:
                client.ReplyMode = ReplyMode.On;
                break;
        }
        if (!wasAnswering) output.Truncate(start);
    }

    private static void SendParcels(ShardWorker worker, Batch batch)
    {
        ulong shards = batch.ParcelShards;
        batch.Outstanding = System.Numerics.BitOperations.PopCount(shards);
        while (shards != 0)
        {
            int shard = System.Numerics.BitOperations.TrailingZeroCount(shards);
            shards &= shards - 1;
            worker.Post(worker.Server.Shards[shard], batch.ParcelOf(shard)!);
        }
    }
}
