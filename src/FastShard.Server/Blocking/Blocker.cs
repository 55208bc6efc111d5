using System.Numerics;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Blocking;

/// <summary>
/// The beginning of a connection's wait, and its ends other than being served: the deadline, CLIENT UNBLOCK, a closed
/// connection. Called with the connection's shard held.
/// </summary>
internal static class Blocker
{
    /// <summary>
    /// A handler asked to wait: its command is copied and queues up for its keys, whose shards are all held.
    /// </summary>
    public static void Park(
        ShardWorker worker, Connection client, CommandSpec spec, in ArgumentView arguments, bool dropsReply, long nanos)
    {
        Parking parking = worker.Parking;
        BlockedCall call = client.SpareCall ?? new BlockedCall(client);
        client.SpareCall = null;
        call.Begin(worker, spec, arguments, parking, dropsReply);
        call.Nanos = nanos;
        client.Blocked = call;
        for (int index = parking.FirstKey; index < parking.FirstKey + parking.KeyCount; index++)
        {
            Key key = KeyOf(worker, call, index);
            WaitTable waiters = key.Home.Owner.Waiters;
            waiters.Join(key, call, index);
            // The key's own worker may sleep, and would not know of the time.
            Shard home = worker.Server.Shards[key.Home.Owner.ShardIndex];
            if (waiters.NextDueMillis != long.MaxValue && !ReferenceEquals(home, worker.Home)) home.Reactor.Wake();
        }
        if (call.Kind == BlockKind.Disk) client.Home.Unsynced.Add(call);
        if (call.Kind is BlockKind.Replicas or BlockKind.Disk or BlockKind.Survey) client.Home.Waits.Add(call);
        if (call.Kind == BlockKind.Transfer) worker.Server.Mover.Begin(client.TakeMove(), call);
        if (call.DeadlineMillis != 0) SetDeadline(worker, client.Home, call);
    }

    /// <summary>One of the call's keys; its shard is held.</summary>
    public static Key KeyOf(ShardWorker worker, BlockedCall call, int index)
    {
        ReadOnlySpan<byte> bytes = call.KeyAt(index);
        int slot = KeySlot.Of(bytes);
        return new Key(bytes, slot, KeyHash.Of(bytes), worker.Server.Dataset.Home(slot, call.Database));
    }

    /// <summary>Ends the waits of the own shard's connections whose deadline has passed.</summary>
    public static void EndOverdue(ShardWorker worker)
    {
        DeadlineHeap deadlines = worker.Home.Deadlines;
        while (deadlines.NextMillis < worker.NowMillis)
        {
            BlockedCall call = deadlines.First;
            if (call.TryEnd()) TimeOut(worker, call);
            else deadlines.Move(call, worker.NowMillis); // it is being served: its reply comes, or it waits on
        }
    }

    /// <summary>CLIENT UNBLOCK; every shard is held. False when the client is not blocked.</summary>
    public static bool TryUnblock(ShardWorker worker, Connection client, bool asError)
    {
        if (client.AwaitedCall is not null) return client.Home.Links!.TryUnblock(worker, client, asError);
        if (client.Blocked is not { } call || call.Kind is BlockKind.Shutdown or BlockKind.Transfer || !call.TryEnd())
            return false;
        if (asError) Fail(worker, call, "UNBLOCKED client unblocked via CLIENT UNBLOCK"u8);
        else TimeOut(worker, call);
        return true;
    }

    /// <summary>Ends a wait with an error; every shard is held. False when the client is not blocked.</summary>
    public static bool TryFail(ShardWorker worker, Connection client, ReadOnlySpan<byte> error)
    {
        if (client.Blocked is not { } call || !call.TryEnd()) return false;
        Fail(worker, call, error);
        return true;
    }

    /// <summary>Ends a wait that <see cref="Waiter.TryEnd"/> was won for: OK, or an error.</summary>
    public static void Answer(ShardWorker worker, BlockedCall call, string? error)
    {
        if (error is not null)
        {
            Fail(worker, call, System.Text.Encoding.Latin1.GetBytes(error));
            return;
        }
        if (!call.DropsReply) new ReplyWriter(call.Client.Output, call.Client.Version).Ok();
        Finish(worker, call);
    }

    /// <summary>The connection was closed.</summary>
    public static void Forget(ShardWorker worker, Connection client)
    {
        if (client.Blocked is not { } call) return;
        client.Home.Deadlines.Remove(call);
        // Whoever serves it at this moment sends a mail, and the connection's object waits for that.
        if (!call.TryEndOrAbandon()) return;
        LeaveQueues(worker, call);
        client.Blocked = null;
        call.DropReference();
    }

    /// <summary>The wait is over and the reply is written: the connection goes on.</summary>
    public static void Resume(ShardWorker worker, BlockedCall call)
    {
        Connection client = call.Client;
        client.Home.Deadlines.Remove(call);
        client.Blocked = null;
        if (client.IsClosed || !call.IsFree)
        {
            call.DropReference();
        }
        else
        {
            call.Empty();
            client.SpareCall = call;
        }
        if (client.IsClosed) return;
        worker.MarkUnflushed(client);
        if (client.Input is not null || client.IsReadable) worker.MarkUnfinished(client);
    }

    /// <summary>Takes a call whose wait is over out of all queues; where that would mean waiting, by mail.</summary>
    public static void LeaveQueues(ShardWorker worker, BlockedCall call)
    {
        for (ulong left = call.WaitShards; left != 0; left &= left - 1)
        {
            int index = BitOperations.TrailingZeroCount(left);
            Shard shard = worker.Server.Shards[index];
            if (worker.TryHold(index))
            {
                shard.Keyspace.Waiters.Leave(call);
                continue;
            }
            call.AddReference();
            worker.Post(shard, new LeaveMail(call));
        }
    }

    /// <summary>Counts a call that is complete.</summary>
    public static void Record(ShardWorker worker, ShardStatistics statistics, BlockedCall call)
    {
        statistics.Record(call.Spec, 1, call.Nanos);
        worker.Server.Watchers.Observe(
            statistics, call.Client, call.Spec, call.Arguments, call.Nanos, worker.NowMillis);
    }

    // The deadline was counted from the beginning of the turn, and must not come too early.
    private static void SetDeadline(ShardWorker worker, Shard home, BlockedCall call)
    {
        long late = SystemClock.WallMillis() - worker.NowMillis;
        if (late > 0 && call.DeadlineMillis < long.MaxValue - late) call.DeadlineMillis += late;
        home.Deadlines.Add(call);
        // Its worker sleeps, and would sleep too long.
        bool isForeign = !ReferenceEquals(home, worker.Home);
        if (isForeign && ReferenceEquals(home.Deadlines.First, call)) home.Reactor.Wake();
    }

    private static void TimeOut(ShardWorker worker, BlockedCall call)
    {
        if (!call.DropsReply) ReplyNothing(call);
        Finish(worker, call);
    }

    private static void ReplyNothing(BlockedCall call)
    {
        ReplyWriter reply = new(call.Client.Output, call.Client.Version);
        if (call.Kind == BlockKind.Disk) AofCommands.ReplyWait(reply, call.Client);
        else if (call.Kind == BlockKind.Replicas) Replication.ReplicationCommands.ReplyWait(reply, call.Client);
        else if (call.Kind == BlockKind.Survey) Clustering.Rebalancing.RebalanceCommands.ReplyLate(reply);
        else reply.NullArray();
    }

    private static void Fail(ShardWorker worker, BlockedCall call, ReadOnlySpan<byte> error)
    {
        if (!call.DropsReply) new ReplyWriter(call.Client.Output, call.Client.Version).Error(error);
        call.Client.Home.Statistics.Failed(call.Spec);
        call.Client.Home.Statistics.Error(error);
        Finish(worker, call);
    }

    private static void Finish(ShardWorker worker, BlockedCall call)
    {
        LeaveQueues(worker, call);
        Record(worker, call.Client.Home.Statistics, call);
        Resume(worker, call);
    }
}
