using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Execution;

/// <summary>Runs one judged command on shards that are held: the memory gate, the handler, the statistics.</summary>
internal static class Executor
{
    /// <summary>
    /// Runs it; <paramref name="shards"/> are those that its keys need (for the memory gate). The one reply goes to
    /// <paramref name="output"/>.
    /// </summary>
    public static void Run(
        ShardWorker worker, ulong shards, Batch batch, ref CommandRecord record, ReplyBuffer output,
        ref RunTiming timing)
    {
        var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
        Run(worker, shards, batch.Connection, record, arguments, output, ref timing);
    }

    /// <summary>The same for arguments that lie elsewhere (a transaction's queue).</summary>
    public static void Run(
        ShardWorker worker, ulong shards, Connection client, in CommandRecord record, ArgumentView arguments,
        ReplyBuffer output, ref RunTiming timing)
    {
        CommandSpec spec = record.Spec!;
        var context = new CommandContext(
            spec, arguments, client, worker.Server.Dataset, new ReplyWriter(output, client.Version), worker.NowMillis,
            spec.SingleKeyIndex, record.Slot, record.Hash);
        if (spec.Is(CommandFlags.DenyOom) && !worker.Server.Memory.TryMakeRoom(worker, shards))
        {
            context.Reply.Error(Errors.OutOfMemory);
            timing.Statistics.Rejected(spec);
            timing.Statistics.Error(Errors.OutOfMemory);
            return;
        }
        timing.Before(spec, output);
        if (client.NoTouch) RunUntouched(worker, shards, spec, ref context);
        else spec.Handler!(ref context);
        timing.After(spec, client, arguments, ref context);
        // Behind the handler, so that EXEC's own line follows those of the commands it ran, as in Redis.
        if (worker.Server.Gates.Monitors > 0) MonitorFeed.Publish(worker, client, spec, arguments);
    }

    private static void RunUntouched(ShardWorker worker, ulong shards, CommandSpec spec, ref CommandContext context)
    {
        worker.SuppressTouch(shards, true);
        spec.Handler!(ref context);
        worker.SuppressTouch(shards, false);
    }
}
