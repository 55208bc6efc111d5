using FastShard.Replication.Failovers;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>
/// FAILOVER at work: holds writes back, compares what the replica has with what is here, and changes the role at an
/// instant at which both are the same. Every shard is held where this changes anything.
/// </summary>
internal sealed class FailoverRun(FastShardServer server)
{
    private readonly Failover _failover = new();
    private int _answer; // 1 = the target gives the stream, 2 = it does not

    /// <summary>How far it is. Any thread.</summary>
    public FailoverState State => _failover.State;

    /// <summary>The state as INFO names it.</summary>
    public string StateName => _failover.StateName;

    /// <summary>Begins one; null, or the error reply.</summary>
    public string? Begin(ShardWorker worker, FailoverTerms terms)
    {
        Replicator replication = server.Replication;
        string? error = _failover.Begin(terms, replication.IsReplica, Targets(), worker.NowMillis);
        if (error is not null) return error;
        Log.Notice($"FAILOVER requested to {_failover.TargetName}.");
        server.SetFailingOver(worker, true);
        replication.Hurry();
        return null;
    }

    /// <summary>FAILOVER ABORT; false when there is none.</summary>
    public bool TryAbort(ShardWorker worker)
    {
        if (State == FailoverState.None) return false;
        Abort(worker, "Failover manually aborted");
        return true;
    }

    /// <summary>The target has answered PSYNC; on the first shard.</summary>
    public void NoteAnswer(bool isAccepted)
    {
        if (State != FailoverState.InProgress) return;
        _answer = isAccepted ? 1 : 2;
        server.Replication.Hurry();
    }

    /// <summary>By the first shard's worker, often while there is one.</summary>
    public void Tick(ShardWorker worker)
    {
        if (State == FailoverState.None) return;
        worker.HoldAll(server.AllShards);
        int answer = _answer;
        _answer = 0;
        if (State == FailoverState.WaitingForSync) Look(worker);
        else if (answer == 1) End(worker);
        else if (answer == 2) Abort(worker, "Failover target rejected psync request");
    }

    private void Look(ShardWorker worker)
    {
        long offset = server.Replication.SettleStream();
        switch (_failover.Look(worker.NowMillis, offset, Targets()))
        {
            case FailoverStep.GiveUp:
                Abort(worker, "Replica never caught up before timeout");
                break;
            case FailoverStep.Follow:
                Log.Notice(_failover.IsOverTime
                    ? $"FAILOVER to {_failover.TargetName} time out exceeded, failing over."
                    : $"Failover target {_failover.TargetName} is synced, failing over.");
                server.Replication.Follow(worker, _failover.Host!, _failover.Port);
                break;
        }
    }

    private void Abort(ShardWorker worker, string why)
    {
        Log.Notice($"FAILOVER to {_failover.TargetName} aborted: {why}");
        if (State == FailoverState.InProgress) server.Replication.Promote(worker);
        End(worker);
    }

    private void End(ShardWorker worker)
    {
        _failover.End();
        _answer = 0;
        server.SetFailingOver(worker, false);
    }

    private FailoverTarget[] Targets() => Array.ConvertAll(
        server.Replication.Replicas.All,
        static replica =>
        {
            (string host, int port) = replica.Endpoint();
            return new FailoverTarget(host, port, replica.Progress.State, replica.Progress.Acknowledged);
        });
}
