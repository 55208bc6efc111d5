using System.Numerics;
using FastShard.Engine;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.HotKeys;
using FastShard.Server.Sharding;
using FastShard.Server.Tracking;

namespace FastShard.Server.Execution;

/// <summary>Runs one judged command on shards that are held: the memory gate, the handler, the statistics.</summary>
internal static class Executor
{
    /// <summary>
    /// Runs it; <paramref name="shards"/> are those that its keys need (for the memory gate). The one reply goes to
    /// <paramref name="output"/>; there is none when the command used its permission to wait
    /// (<paramref name="parking"/>).
    /// </summary>
    public static void Run(
        ShardWorker worker, ulong shards, Batch batch, ref CommandRecord record, ReplyBuffer output,
        ref RunTiming timing, Parking? parking = null)
    {
        var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
        Run(worker, shards, batch.Connection, record, arguments, output, ref timing, parking);
    }

    /// <summary>The same for arguments that lie elsewhere (a transaction's queue).</summary>
    public static void Run(
        ShardWorker worker, ulong shards, Connection client, in CommandRecord record,
        scoped in ArgumentView arguments, ReplyBuffer output, ref RunTiming timing, Parking? parking = null)
    {
        CommandSpec spec = record.Spec!;
        var context = new CommandContext(
            spec, arguments, client, worker.Server.Dataset, new ReplyWriter(output, client.Version), worker.NowMillis,
            spec.SingleKeyIndex, record.Slot, record.Hash)
        {
            ElementHash = record.ElementHash,
            Parking = parking,
        };
        // EXEC has made room for the whole queue, or was refused: what it runs is not broken off in the middle.
        if (spec.Is(CommandFlags.DenyOom) && !client.Transaction.IsOpen
            && !worker.Server.Memory.TryMakeRoom(worker, shards))
        {
            context.Reply.Error(Errors.OutOfMemory);
            timing.Statistics.Rejected(spec);
            timing.Statistics.Error(Errors.OutOfMemory);
            return;
        }
        if (client.Tracker is not null && worker.Server.Memory.IsLimited && ReferenceEquals(output, client.Output))
            TrackedReads.TellBeforeReply(worker, client);
        timing.Before(spec, output);
        long outputBefore = output.Length;
        if (record.Spread is { } spread) EffectUnit.RunSpread(ref context, spread, record.Shard);
        else if (client.RunsApart) RunApart(worker, client, shards, ref context);
        else EffectUnit.Run(ref context, shards);
        if (parking is not { IsParked: true })
            timing.After(spec, client, arguments, CommandSlot.Of(worker, client.Home, record, arguments), ref context);
        if (--worker.Home.HotKeys.Countdown <= 0)
            HotKeyWatch.Look(worker, client, record, arguments, output.Length - outputBefore);
        // Behind the handler, so that EXEC's own line follows those of the commands it ran, as in Redis.
        if (worker.Server.Gates.Monitors > 0) MonitorFeed.Publish(worker, client, spec, arguments);
    }

    /// <summary>
    /// Runs the command of a client that waits, on the shards that are held; false when it waits on. Counted as one
    /// call with its earlier runs, on the shard that serves it.
    /// </summary>
    public static bool RunAgain(ShardWorker worker, Shard shard, BlockedCall call, ReplyBuffer output)
    {
        CommandSpec spec = call.Spec;
        Connection client = call.Client;
        Parking parking = worker.Parking;
        parking.Begin(worker.Held);
        var context = new CommandContext(
            spec, call.Arguments, client, worker.Server.Dataset, new ReplyWriter(output, client.Version),
            worker.NowMillis, firstKeyIndex: 0, firstSlot: 0, firstHash: 0)
        {
            Parking = parking,
        };
        ulong shards = shard.Bit | call.RequiredShards;
        ReplyMark start = output.Mark();
        long lengthBefore = output.Length;
        if (spec.Is(CommandFlags.DenyOom) && !worker.Server.Memory.TryMakeRoom(worker, shards))
        {
            context.Reply.Error(Errors.OutOfMemory);
            shard.Statistics.Rejected(spec);
            shard.Statistics.Error(Errors.OutOfMemory);
            return true;
        }
        long began = SystemClock.MonotonicNanos();
        ulong changed = shards | (call.WaitShards & worker.Held);
        bool isBlock = worker.Server.Dataset.IsJournalled && !ulong.IsPow2(changed);
        if (isBlock) worker.BeginBlock(changed);
        if (client.RunsApart) RunApart(worker, client, changed, ref context);
        else EffectUnit.Run(ref context, changed);
        if (isBlock) worker.EndBlock(changed);
        call.Nanos += SystemClock.MonotonicNanos() - began;
        if (parking.IsParked) return false;
        RunTiming.NoteFailure(shard.Statistics, spec, output.Since(start));
        long replyBytes = output.Length - lengthBefore;
        if (worker.Server.Watchers.IsLarge(call.Arguments.TotalBytes, replyBytes))
        {
            worker.Server.Watchers.NoteLarge(
                shard.Statistics, client, spec, call.Arguments, replyBytes, worker.NowMillis);
        }
        CommandSlot.Count(worker, shard, call, replyBytes);
        Blocker.Record(worker, shard.Statistics, call);
        return true;
    }

    private static void RunApart(ShardWorker worker, Connection client, ulong shards, ref CommandContext context)
    {
        bool isImporting = client.IsImportSource
            && (worker.Server.Options.ImportMode || client.Import is not null);
        Tracker? tracker = client.Tracker;
        if (tracker is not null) TrackedReads.Begin(worker, tracker, shards);
        if (client.NoTouch) worker.SuppressTouch(shards, true);
        if (isImporting) SuspendDeadlines(worker, shards, true);
        EffectUnit.Run(ref context, shards);
        if (isImporting) SuspendDeadlines(worker, shards, false);
        if (client.NoTouch) worker.SuppressTouch(shards, false);
        if (tracker is not null) TrackedReads.End(worker, client, tracker, shards, context.Spec, context.Arguments);
    }

    private static void SuspendDeadlines(ShardWorker worker, ulong shards, bool isSuspended)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            Keyspace keyspace = worker.Server.Dataset[BitOperations.TrailingZeroCount(left)];
            keyspace.IsReplaying = isSuspended;
            keyspace.NowMillis = worker.NowMillis;
        }
    }
}
