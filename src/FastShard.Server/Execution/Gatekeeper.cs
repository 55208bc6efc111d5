using System.Text;
using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Clustering;
using FastShard.Server.Clustering.Forwarding;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;
using FastShard.Server.Transactions;

namespace FastShard.Server.Execution;

/// <summary>
/// Judges a request before it runs. The order of refusals is what clients of Redis see: known command, arity, login,
/// transaction rules, pause; then, inside MULTI, the queue.
/// </summary>
internal static class Gatekeeper
{
    /// <summary>
    /// Says whether the record may run; a refusal or "QUEUED" is written to the client's output here.
    /// </summary>
    public static Verdict Judge(ShardWorker worker, Connection client, Batch batch, ref CommandRecord record)
    {
        var arguments = new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount);
        if (worker.Server.Gates.IsEnding) return HoldBack(client);
        if (record.Spec is not { } spec) return RefuseUnknown(worker, client, arguments);
        if (spec.Handler is null)
        {
            return RefuseText(worker, client, null, arguments.Count > 1
                ? Refusals.UnknownSubcommand(spec, arguments[1])
                : Refusals.WrongArity(spec));
        }
        if (!spec.AcceptsArity(arguments.Count)) return RefuseText(worker, client, spec, Refusals.WrongArity(spec));
        if (!client.IsAuthenticated && !spec.Is(CommandFlags.NoAuth))
            return Refuse(worker, client, spec, Errors.NoAuth);
        if (client.Transaction.IsOpen && spec.Is(CommandFlags.NoMulti))
            return RefuseText(worker, client, spec, "ERR Command not allowed inside a transaction");
        if (worker.Server.Cluster is { } cluster)
        {
            ClusterRuling ruling = ClusterGate.Judge(worker, client, cluster, spec, arguments);
            if (cluster.Forwards && ForwardGate.Takes(worker, client, cluster, spec, ref ruling))
                return Forward(worker, client, batch, record, ruling);
            if (ruling.Refusal is { } elsewhere) return RefuseText(worker, client, spec, elsewhere);
        }
        if (client.FollowsRedirects && worker.Server.Cluster is null
            && PrimaryFor(worker, client, spec) is { } primary)
        {
            return Redirect(worker, client, spec, primary);
        }
        if (worker.Server.Gates.DeniesWrites && IsDeniedWithWrites(spec))
            return Refuse(worker, client, spec, Errors.SnapshotsFail);
        if (worker.Server.Gates.RefusesWrites && IsDeniedWithWrites(spec) && worker.Server.Aof.Error is { } failure)
            return RefuseText(worker, client, spec, "MISCONF Errors writing to the AOF file: " + failure);
        if (worker.Server.Gates.LacksReplicas && spec.Is(CommandFlags.Write))
            return Refuse(worker, client, spec, Errors.TooFewReplicas);
        if (worker.Server.Gates.IsReadOnly && spec.Is(CommandFlags.Write))
            return Refuse(worker, client, spec, Errors.ReadOnlyReplica);
        if (client.IsInPubSubMode && !spec.Is(CommandFlags.InPubSub))
            return RefuseText(worker, client, spec, Refusals.NotInPubSubMode(spec));
        if (worker.Server.Gates.HidesStale && !spec.Is(CommandFlags.Stale))
            return Refuse(worker, client, spec, Errors.PrimaryIsDown);
        if (worker.Server.Gates.IsLoading && !spec.Is(CommandFlags.Loading))
            return Refuse(worker, client, spec, Errors.Loading);
        if (IsPaused(worker, client, spec)) return Verdict.HoldBack;
        if (worker.Server.Gates.HoldsSlots && worker.Server.SlotHold.HoldsBack(worker, client, spec, arguments))
            return HoldBack(client);
        if (!client.Transaction.IsOpen || spec.Is(CommandFlags.Unqueued)) return Verdict.Run;
        if (spec.Is(CommandFlags.DenyOom) && !worker.Server.Memory.HasRoomOrCandidates(worker))
            return Refuse(worker, client, spec, Errors.OutOfMemory);
        client.Transaction.Queue(worker, batch, record, arguments);
        Answer(client, "+QUEUED\r\n"u8);
        worker.MarkUnflushed(client);
        return Verdict.Answered;
    }

    // What stands in the way of a command that this node only passes on. Inside of MULTI it is kept for EXEC.
    private static Verdict Forward(
        ShardWorker worker, Connection client, Batch batch, in CommandRecord record, in ClusterRuling ruling)
    {
        CommandSpec spec = record.Spec!;
        if (client.IsInPubSubMode && !spec.Is(CommandFlags.InPubSub))
            return RefuseText(worker, client, spec, Refusals.NotInPubSubMode(spec));
        if (worker.Server.Gates.IsLoading) return Refuse(worker, client, spec, Errors.Loading);
        if (IsPaused(worker, client, spec)) return Verdict.HoldBack;
        if (ForwardGate.WhyNot(client, spec, ruling) is { } refusal) return RefuseText(worker, client, spec, refusal);
        if (client.Transaction.IsOpen && !spec.Is(CommandFlags.Unqueued))
        {
            client.Transaction.Queue(
                worker, batch, record, new ArgumentView(batch.Input.All, batch.Args, record.ArgStart, record.ArgCount));
            Answer(client, "+QUEUED\r\n"u8);
            worker.MarkUnflushed(client);
            return Verdict.Answered;
        }
        client.Home.Links!.Ruling = ruling;
        return Verdict.Forward;
    }

    /// <summary>A write would bring a key together that is to stay spread.</summary>
    public static void RefuseStrict(ShardWorker worker, Connection client, CommandSpec spec) =>
        Refuse(worker, client, spec, Errors.SpreadIsStrict);

    // The address of the primary, where it is to be asked instead of this replica.
    private static string? PrimaryFor(ShardWorker worker, Connection client, CommandSpec spec)
    {
        if (worker.Server.Options.ReplicaOf is not [var host, var port]) return null;
        bool runsQueue = spec.Is(CommandFlags.AbortsWhenRefused);
        bool writes = runsQueue ? client.Transaction.HasWrites : spec.Is(CommandFlags.Write);
        bool reads = runsQueue ? client.Transaction.HasReads : spec.Is(CommandFlags.ReadOnly);
        return writes || (reads && !client.ReadsFromReplica) ? $"{host}:{port}" : null;
    }

    private static Verdict Redirect(ShardWorker worker, Connection client, CommandSpec spec, string primary)
    {
        string text = "REDIRECT " + primary;
        if (!spec.Is(CommandFlags.AbortsWhenRefused)) return RefuseText(worker, client, spec, text);
        client.Transaction.Refusal = text;
        return Verdict.Run;
    }

    private static bool IsPaused(ShardWorker worker, Connection client, CommandSpec spec)
    {
        GateState gates = worker.Server.Gates;
        if (spec.Is(CommandFlags.SkipPause) || !gates.IsPaused(worker.NowMillis)) return false;
        bool mayWrite = (spec.Flags & (CommandFlags.Write | CommandFlags.MayReplicate)) != 0
            || (spec.Placement == Placement.Transaction && client.Transaction.HasWrites);
        if (gates.PausesOnlyWrites && !mayWrite) return false;
        HoldBack(client);
        return true;
    }

    private static Verdict RefuseUnknown(ShardWorker worker, Connection client, in ArgumentView arguments)
    {
        if (!Refusals.IsHttp(arguments[0]))
            return RefuseText(worker, client, null, Refusals.UnknownCommand(arguments));
        // A web page makes a browser send this, with commands as the body of the request: they are not to be run.
        Log.Warning($"Closing client {client.Id} {client.Channel.PeerAddress}: it speaks HTTP, as an attack would");
        client.ClosesAfterReply = true;
        worker.MarkUnflushed(client);
        return Verdict.Answered;
    }

    private static Verdict HoldBack(Connection client)
    {
        client.IsHeldBack = true;
        return Verdict.HoldBack;
    }

    // EXEC looks itself, at what it is about to run.
    private static bool IsDeniedWithWrites(CommandSpec spec) =>
        (spec.Flags & (CommandFlags.Write | CommandFlags.DeniedWithWrites)) != 0;

    private static Verdict RefuseText(ShardWorker worker, Connection client, CommandSpec? spec, string text) =>
        Refuse(worker, client, spec, Encoding.Latin1.GetBytes(text));

    private static Verdict Refuse(ShardWorker worker, Connection client, CommandSpec? spec, ReadOnlySpan<byte> text)
    {
        if (spec is not null && spec.Is(CommandFlags.AbortsWhenRefused))
        {
            client.Transaction.Refusal = TransactionCommands.AbortedBecauseOf + WithoutCode(text);
            return Verdict.Run;
        }
        if (client.Transaction.IsOpen) client.Transaction.IsDoomed = true;
        if (spec is not null) client.Home.Statistics.Rejected(spec);
        client.Home.Statistics.Error(text);
        ReplyMark start = client.Output.Mark();
        var reply = new ReplyWriter(client.Output, client.Version);
        reply.Error(text);
        Unanswer(client, start);
        worker.MarkUnflushed(client);
        return Verdict.Answered;
    }

    // Redis does not quote the general code.
    private static string WithoutCode(ReadOnlySpan<byte> error) =>
        Encoding.Latin1.GetString(error.StartsWith("ERR "u8) ? error[4..] : error);

    private static void Answer(Connection client, ReadOnlySpan<byte> raw)
    {
        ReplyMark start = client.Output.Mark();
        client.Output.Append(raw);
        Unanswer(client, start);
    }

    private static void Unanswer(Connection client, ReplyMark start)
    {
        if (client.ReplyMode == ReplyMode.On) return;
        if (client.ReplyMode == ReplyMode.Skip) client.ReplyMode = ReplyMode.On;
        client.Output.Truncate(start);
    }
}
