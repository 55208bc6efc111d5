// Between two commands no key is ready: whatever a command, a transaction or a deadline made ready is served before
// anything else runs on that shard. Who serves runs the waiters' own commands, in the order in which they came to wait,
// on the shards it holds; where a waiter needs one more shard that is not to be had without waiting, it takes the
// tokens of all anew and looks again. Meanwhile others may come to the shard first: they find the key still ready (see
// ShardWorker.ReadyShards) and serve it before they run anything of their own.

using System.Numerics;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Server.Spreading;
using FastShard.Server.Statistics;

namespace FastShard.Server.Blocking;

/// <summary>Serves the clients that wait for keys that have become ready.</summary>
internal static class Serving
{
    /// <summary>
    /// Serves until no key of a held shard is ready. May let tokens go and take them anew: what is held before is
    /// held after.
    /// </summary>
    public static void Run(ShardWorker worker)
    {
        // The command that made them ready may have taken its time, and what it left may have expired.
        worker.RefreshClock();
        while (worker.ReadyShards != 0)
        {
            Shard shard = LongestReady(worker);
            WaitTable waiters = shard.Keyspace.Waiters;
            if (waiters.TakeReady() is not { } queue)
            {
                worker.NoteServed(shard);
                continue;
            }
            ulong missing = Serve(worker, shard, queue);
            if (missing == 0) continue;
            waiters.PutBack(queue);
            worker.HoldAll(missing);
        }
    }

    // Keys are served in the order in which they became ready, whichever shards they are on: what one waiter is served
    // with may be what the next one waits for.
    private static Shard LongestReady(ShardWorker worker)
    {
        Shard? longest = null;
        for (ulong left = worker.ReadyShards; left != 0; left &= left - 1)
        {
            Shard shard = worker.Server.Shards[BitOperations.TrailingZeroCount(left)];
            if (longest is null || shard.Keyspace.Waiters.ReadySince < longest.Keyspace.Waiters.ReadySince)
                longest = shard;
        }
        return longest!;
    }

    // Returns the shards that the next waiter needs and that cannot be had at once; 0 when the queue is done with.
    private static ulong Serve(ShardWorker worker, Shard shard, WaitQueue queue)
    {
        WaitPlace? place = queue.First;
        while (place is not null)
        {
            WaitPlace? next = place.Next; // serving takes nobody but the waiter itself out of the queue
            var call = (BlockedCall)place.Waiter;
            if (IsWorthRunning(worker, call, place.KeyIndex, out bool isGone))
            {
                ulong missing = TryHold(worker, call.RequiredShards);
                if (missing == 0 && !SpreadRun.TrySettle(worker, call)) missing = worker.Server.AllShards;
                if (missing != 0) return missing;
                if (call.TryServe()) Run(worker, shard, call);
            }
            else if (isGone && queue.GroupCount == 0 && !queue.IsShared)
            {
                break;
            }
            place = next;
        }
        return 0;
    }

    private static ulong TryHold(ShardWorker worker, ulong shards)
    {
        ulong missing = shards;
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            if (worker.TryHold(BitOperations.TrailingZeroCount(left))) missing &= ~(left & (0 - left));
        }
        return missing;
    }

    private static bool IsWorthRunning(ShardWorker worker, BlockedCall call, int keyIndex, out bool isGone)
    {
        Key key = Blocker.KeyOf(worker, call, keyIndex);
        isGone = !key.Home.TryPeek(key, out Entry entry);
        return call.Kind switch
        {
            BlockKind.StreamGroup => true,
            BlockKind.List => !isGone && entry.Type == Memory.ValueType.List,
            BlockKind.SortedSet => !isGone && entry.Type == Memory.ValueType.SortedSet,
            _ => !isGone && entry.Type == Memory.ValueType.Stream,
        };
    }

    private static void Run(ShardWorker worker, Shard shard, BlockedCall call)
    {
        Connection client = call.Client;
        bool isHome = worker.Holds(client.Home);
        ReplyBuffer output = isHome ? client.Output : call.Reply;
        ReplyMark start = output.Mark();
        bool wasRunning = client.IsRunning;
        // What it hears of the change that serves it comes behind the reply.
        if (isHome) client.IsRunning = true;
        bool isServed = Executor.RunAgain(worker, shard, call, output);
        if (isHome) client.IsRunning = wasRunning;
        worker.NoteReady(call.WaitShards | call.RequiredShards);
        if (!isServed && call.TryPutBack()) return;
        if (call.DropsReply) output.Truncate(start);
        call.End();
        Blocker.LeaveQueues(worker, call);
        bool hasEffects = worker.Server.Dataset.IsJournalled && call.Spec.Is(CommandFlags.Write);
        if (isHome)
        {
            client.HasEffects |= hasEffects;
            if (!wasRunning) client.Subscriber?.ReleaseWaiting();
            Blocker.Resume(worker, call);
            return;
        }
        // What it was served with is on its way to the log before the client can hear of it; what the client hears of
        // the change comes behind its reply.
        worker.PostEffects();
        call.Mail.HasEffects = hasEffects;
        call.Mail.Start = start;
        worker.Post(client.Home, call.Mail);
    }
}
