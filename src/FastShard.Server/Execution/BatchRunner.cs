using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

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
        Prefetch(worker, batch);
        client.Worker = worker;
        var timing = new RunTiming(worker, client.Home, batch.Count);
        while (batch.Next < batch.Count)
        {
            // A borrowed connection's shard must not be let go in the midst of its batch, which is short.
            if (ReferenceEquals(client.Home, worker.Home)) worker.SafePoint();
            if (client.IsClosed || client.ClosesAfterReply) break;
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
        if (parcel.Count > 1)
        {
            for (int position = 0; position < parcel.Count; position++) PrefetchSlot(shard, batch, parcel[position]);
            for (int position = 0; position < parcel.Count; position++) PrefetchBucket(shard, batch, parcel[position]);
            for (int position = 0; position < parcel.Count; position++) PrefetchEntry(shard, batch, parcel[position]);
        }
        var timing = new RunTiming(worker, shard, batch.Count);
        for (int position = 0; position < parcel.Count; position++)
        {
            ref CommandRecord record = ref batch.Records[parcel[position]];
            if (worker.ReadyShards != 0) Serve(worker, ref timing);
            Executor.Run(worker, shard.Bit, batch, ref record, parcel.Replies, ref timing);
            record.ReplyEnd = parcel.Replies.Mark();
            parcel.HasEffects |= worker.Server.Dataset.IsJournalled && MayWrite(record.Spec!);
            NoteReady(worker, shard.Bit, record.Spec!);
        }
        timing.End();
        if (worker.ReadyShards != 0) Serving.Run(worker);
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
        bool isPlain = spec is not null && !client.NeedsGate && worker.Server.Gates.IsOpen
            && spec.Handler is not null && spec.AcceptsArity(record.ArgCount);
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
        if (record.Shard < 0 && !TryBindToOneShard(worker, client, batch, ref record, out ulong needed))
        {
            if (batch.ParcelShards != 0) return false;
            worker.HoldAll(needed | client.Home.Bit);
            Execute(worker, needed, client, batch, ref record, ref timing);
            return true;
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
            Execute(worker, 1UL << record.Shard, client, batch, ref record, ref timing);
            return true;
        }
        batch.AddToParcel(record.Shard, batch.Next);
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
        ReplyBuffer output = batch.ParcelShards == 0 ? client.Output : batch.LocalReplies;
        CommandSpec spec = record.Spec!;
        // Taking tokens may have taken its time: whoever is gone does not begin to wait.
        Parking? parking = spec.Is(CommandFlags.Blocking) && !client.IsClosed ? worker.Parking : null;
        parking?.Begin(ulong.MaxValue);
        bool wasAnswering = client.ReplyMode == ReplyMode.On;
        ReplyMark start = wasAnswering ? default : output.Mark();
        Run(worker, shards, batch, ref record, output, ref timing, parking);
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
        bool mayWrite = worker.Server.Dataset.IsJournalled && MayWrite(spec);
        bool isBlock = mayWrite && shards != 0 && !ulong.IsPow2(shards);
        if (isBlock) worker.BeginBlock(shards);
        Executor.Run(worker, shards, batch, ref record, output, ref timing, parking);
        if (isBlock) worker.EndBlock(shards);
        if (mayWrite) batch.Connection.HasEffects = true;
    }

    private static bool MayWrite(CommandSpec spec) =>
        (spec.Flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0
        || spec.Placement == Placement.Transaction;

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

    // Shards that can be had without waiting are taken now: their tables stand still only while they are held.
    private static void Prefetch(ShardWorker worker, Batch batch)
    {
        if (batch.Count - batch.Next < 3) return;
        ulong held = worker.Home.Bit;
        ulong refused = 0;
        for (int index = batch.Next; index < batch.Count; index++)
        {
            int shard = batch.Records[index].Shard;
            if (shard < 0 || ((refused >> shard) & 1) != 0) continue;
            if (((held >> shard) & 1) == 0 && !worker.TryHold(shard)) refused |= 1UL << shard;
            else held |= 1UL << shard;
            if (((held >> shard) & 1) != 0) PrefetchSlot(worker.Server.Shards[shard], batch, index);
        }
        for (int index = batch.Next; index < batch.Count; index++)
        {
            if (IsIn(held, batch.Records[index].Shard)) PrefetchBucket(ShardOf(worker, batch, index), batch, index);
        }
        for (int index = batch.Next; index < batch.Count; index++)
        {
            if (IsIn(held, batch.Records[index].Shard)) PrefetchEntry(ShardOf(worker, batch, index), batch, index);
        }
    }

    private static bool IsIn(ulong shards, int shard) => shard >= 0 && ((shards >> shard) & 1) != 0;

    private static Shard ShardOf(ShardWorker worker, Batch batch, int index) =>
        worker.Server.Shards[batch.Records[index].Shard];

    private static void PrefetchSlot(Shard shard, Batch batch, int index)
    {
        ref CommandRecord record = ref batch.Records[index];
        shard.Keyspace[batch.Connection.Db].Table.PrefetchSlot(record.Slot);
    }

    private static void PrefetchBucket(Shard shard, Batch batch, int index)
    {
        ref CommandRecord record = ref batch.Records[index];
        shard.Keyspace[batch.Connection.Db].Table.PrefetchBucket(record.Slot, record.Hash);
    }

    private static void PrefetchEntry(Shard shard, Batch batch, int index)
    {
        ref CommandRecord record = ref batch.Records[index];
        shard.Keyspace[batch.Connection.Db].Table.PrefetchEntry(record.Slot, record.Hash);
    }
}
