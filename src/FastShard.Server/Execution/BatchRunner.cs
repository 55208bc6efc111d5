using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;
using FastShard.Server.Clustering.Forwarding;
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
        while (true)
        {
            bool isThrough = RunSome(worker, client, batch);
            // What went elsewhere may all be back: parts of this node's own.
            bool wasSplit = batch.IsSplit;
            if (wasSplit && !Depart(worker, client, batch)) return false;
            if (isThrough) return true;
            if (!wasSplit) return false;
        }
    }

    // True when nothing is left to run; false when what comes next has to wait.
    private static bool RunSome(ShardWorker worker, Connection client, Batch batch)
    {
        var timing = new RunTiming(worker, client.Home, batch.Count);
        while (batch.Next < batch.Count)
        {
            // A borrowed connection's shard must not be let go in the midst of its batch, which is short.
            if (ReferenceEquals(client.Home, worker.Home)) worker.SafePoint();
            if (client.IsClosed || client.ClosesAfterReply) break;
            if (batch.IsBarrier)
            {
                timing.End();
                return false;
            }
            PlainRun.Advance(worker, client, batch, ref timing);
            if (worker.ReadyShards != 0) Serve(worker, ref timing);
            if (batch.Next == batch.Count) break;
            if (!TryRunNext(worker, client, batch, ref timing))
            {
                timing.End();
                return false;
            }
            batch.Next++;
        }
        timing.End();
        return true;
    }

    // Sends what is to be sent; true when nothing of it is out any more.
    private static bool Depart(ShardWorker worker, Connection client, Batch batch)
    {
        SendParcels(worker, batch);
        batch.IsUnderWay = batch.Outstanding > 0;
        if (batch.IsUnderWay) return false;
        batch.JoinReplies(client.Output);
        worker.MarkUnflushed(client);
        return true;
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
            if (worker.Server.Gates.IsReadOnly && record.Spec!.Is(CommandFlags.Write))
                Refuse(shard, parcel.Replies, Errors.ReadOnlyReplica);
            else if (worker.Server.Cluster is { } cluster
                && ClusterGate.JudgeLate(worker, cluster, batch.Connection, batch, record) is { } elsewhere)
                Refuse(shard, parcel.Replies, System.Text.Encoding.ASCII.GetBytes(elsewhere));
            else if (SpreadRun.TryArrive(worker, batch, ref record))
                Executor.Run(worker, shard.Bit, batch, ref record, parcel.Replies, ref timing);
            record.ReplyEnd = parcel.Replies.Mark();
            parcel.HasEffects |= worker.Server.Dataset.IsJournalled && record.Spec!.MayWrite;
            NoteReady(worker, shard.Bit, record.Spec!);
        }
        timing.End();
        if (worker.ReadyShards != 0) Serving.Run(worker);
    }

    // The role, or the owner of a slot, has changed while the parcel was on its way.
    private static void Refuse(Shard shard, ReplyBuffer replies, ReadOnlySpan<byte> error)
    {
        shard.Statistics.Error(error);
        new ReplyWriter(replies, RespVersion.Resp2).Error(error);
    }

    /// <summary>A parcel, or a call of another node, is back; the last one lets the connection go on.</summary>
    public static void PartReturned(ShardWorker worker, Batch batch)
    {
        if (--batch.Outstanding > 0 || !batch.IsUnderWay) return;
        batch.IsUnderWay = false;
        Connection client = batch.Connection;
        batch.JoinReplies(client.Output);
        worker.MarkUnflushed(client);
        ConnectionPump.Run(worker, client);
    }

    private static bool TryRunNext(ShardWorker worker, Connection client, Batch batch, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        CommandSpec? spec = record.Spec;
        ClusterHost? cluster = worker.Server.Cluster;
        bool isPlain = spec is not null && !client.NeedsGate && worker.Server.Gates.IsOpenFor(spec)
            && spec.Handler is not null && spec.AcceptsArity(record.ArgCount);
        if (cluster is not null && isPlain) isPlain = ClusterGate.IsPlain(cluster, client, record);
        if (batch.Map is { } map && !ReferenceEquals(map, cluster!.Map)) return false;
        if (!isPlain)
        {
            if (cluster is { Forwards: true } && ForwardRun.IsStraight(worker, client, batch, record))
                return ForwardRun.TryPass(worker, client, batch);
            if (batch.IsSplit) return false;
            switch (Gatekeeper.Judge(worker, client, batch, ref record))
            {
                case Verdict.Answered:
                    client.IsAsking = false;
                    return true;
                case Verdict.HoldBack: return false;
                case Verdict.Forward:
                    client.IsAsking = false;
                    return ForwardRun.TryPassJudged(worker, client, batch, ref timing);
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
                    if (batch.IsSplit) return false;
                    Gatekeeper.RefuseStrict(worker, client, spec!);
                    return true;
                case SpreadRoute.Together:
                    if (batch.IsSplit) return false;
                    ulong owners = record.Shard >= 0
                        ? 1UL << record.Shard
                        : ShardNeeds.Of(worker, client, batch, record);
                    worker.HoldAll(worker.Server.AllShards);
                    return TryRunLate(worker, client, batch, owners, ref timing);
            }
        }
        if (record.Shard < 0 && !TryBindToOneShard(worker, client, batch, ref record, out ulong needed))
        {
            if (batch.IsSplit) return false;
            worker.HoldAll(needed | client.Home.Bit);
            return TryRunLate(worker, client, batch, needed, ref timing);
        }
        bool mayBlock = spec!.MayPark;
        if (mayBlock && batch.IsSplit) return false;
        if (batch.ParcelOf(record.Shard) is null && worker.TryHold(record.Shard))
        {
            Execute(worker, 1UL << record.Shard, client, batch, ref record, ref timing);
            return true;
        }
        if (client.ReplyMode != ReplyMode.On || mayBlock)
        {
            // Its reply is to be dropped, which the join cannot do, or the client may have to wait, which the parcel
            // cannot say: run it here, when everything before it is done.
            if (batch.IsSplit) return false;
            worker.HoldAll((1UL << record.Shard) | client.Home.Bit);
            return TryRunLate(worker, client, batch, 1UL << record.Shard, ref timing);
        }
        client.IsAsking = false;
        batch.AddToParcel(record.Shard, batch.Next);
        return true;
    }

    // Taking tokens takes its time: a gate may have been closed meanwhile, by somebody who relies on it.
    private static bool TryRunLate(
        ShardWorker worker, Connection client, Batch batch, ulong shards, ref RunTiming timing)
    {
        ref CommandRecord record = ref batch.Records[batch.Next];
        bool isOpen = worker.Server.Gates.IsOpenFor(record.Spec!)
            && (worker.Server.Cluster is not { } cluster || ClusterGate.IsPlain(cluster, client, record));
        if (!isOpen)
        {
            switch (Gatekeeper.Judge(worker, client, batch, ref record))
            {
                case Verdict.Answered:
                    client.IsAsking = false;
                    return true;
                case Verdict.HoldBack: return false;
                case Verdict.Forward:
                    client.IsAsking = false;
                    return ForwardRun.TryPassJudged(worker, client, batch, ref timing);
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
        client.IsAsking = false; // what ASKING said was for this command, and it is judged
        bool isInterrupted = (worker.Server.Spread.Active is not null || record.Spread is not null)
            && SpreadRun.Settle(worker, client, batch, ref record, ref shards);
        ReplyBuffer output = batch.IsSplit ? batch.LocalReplies : client.Output;
        CommandSpec spec = record.Spec!;
        Parking? parking = spec.MayPark ? worker.Parking : null;
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
        if (client.Subscriber is { } subscriber && !batch.IsSplit) subscriber.ReleaseWaiting();
        if (batch.IsSplit)
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
        batch.Outstanding += System.Numerics.BitOperations.PopCount(shards);
        while (shards != 0)
        {
            int shard = System.Numerics.BitOperations.TrailingZeroCount(shards);
            shards &= shards - 1;
            worker.Post(worker.Server.Shards[shard], batch.ParcelOf(shard)!);
        }
    }
}
