// A primary hands its role to one of its replicas (FAILOVER): it takes no writes until the replica has all of the
// stream, follows it then, and asks it with PSYNC's FAILOVER to be the primary. Whatever happens there is never a
// moment with two servers that take writes.

using FastShard.Replication.Primary;

namespace FastShard.Replication.Failovers;

/// <summary>The state of a failover, and what is to be done next. Changed while all shards are held.</summary>
public sealed class Failover
{
    private FailoverTerms _terms = new(null, 0, 0, false);
    private long _deadlineMillis;
    private int _state;

    /// <summary>How far it is. Any thread.</summary>
    public FailoverState State => (FailoverState)Volatile.Read(ref _state);

    /// <summary>The replica that is to be the primary; null = not chosen yet.</summary>
    public string? Host => _terms.Host;

    public int Port => (int)_terms.Port;

    /// <summary>The state as INFO names it.</summary>
    public string StateName => State switch
    {
        FailoverState.WaitingForSync => "waiting-for-sync",
        FailoverState.InProgress => "failover-in-progress",
        _ => "no-failover",
    };

    /// <summary>Who it goes to, for the log.</summary>
    public string TargetName => _terms.Host is null ? "any replica" : $"{_terms.Host}:{_terms.Port}";

    /// <summary>Begins one; null, or the error reply.</summary>
    public string? Begin(
        FailoverTerms terms, bool isReplica, ReadOnlySpan<FailoverTarget> replicas, long nowMillis)
    {
        if (State != FailoverState.None) return "ERR FAILOVER already in progress.";
        if (isReplica) return "ERR FAILOVER is not valid when server is a replica.";
        if (replicas.IsEmpty) return "ERR FAILOVER requires connected replicas.";
        if (terms.IsForced && (terms.TimeoutMillis == 0 || terms.Host is null))
            return "ERR FAILOVER with force option requires both a timeout and target HOST and IP.";
        if (terms.Host is { } host)
        {
            if (!TryFind(replicas, host, terms.Port, out FailoverTarget target))
                return "ERR FAILOVER target HOST and PORT is not a replica.";
            if (target.State is not (ReplicaState.Online or ReplicaState.Loading))
                return "ERR FAILOVER target replica is not online.";
        }
        _terms = terms;
        _deadlineMillis = terms.TimeoutMillis == 0 ? long.MaxValue : nowMillis + terms.TimeoutMillis;
        Enter(FailoverState.WaitingForSync);
        return null;
    }

    /// <summary>
    /// What is to be done, where the stream ends at <paramref name="offset"/>. To follow is answered once: from then on
    /// it is in progress.
    /// </summary>
    public FailoverStep Look(long nowMillis, long offset, ReadOnlySpan<FailoverTarget> replicas)
    {
        if (State != FailoverState.WaitingForSync) return FailoverStep.Wait;
        if (nowMillis >= _deadlineMillis)
        {
            if (!_terms.IsForced) return FailoverStep.GiveUp;
            IsOverTime = true;
            Enter(FailoverState.InProgress);
            return FailoverStep.Follow;
        }
        foreach (FailoverTarget replica in replicas)
        {
            if (_terms.Host is { } host && !replica.Is(host, _terms.Port)) continue;
            if (replica.State != ReplicaState.Online || replica.Acknowledged != offset) continue;
            _terms = _terms with { Host = replica.Host, Port = replica.Port };
            Enter(FailoverState.InProgress);
            return FailoverStep.Follow;
        }
        return FailoverStep.Wait;
    }

    /// <summary>It goes on though the target has not all of the stream.</summary>
    public bool IsOverTime { get; private set; }

    /// <summary>It is over, one way or the other.</summary>
    public void End()
    {
        _terms = new FailoverTerms(null, 0, 0, false);
        IsOverTime = false;
        Enter(FailoverState.None);
    }

    private void Enter(FailoverState state) => Volatile.Write(ref _state, (int)state);

    private static bool TryFind(
        ReadOnlySpan<FailoverTarget> replicas, string host, long port, out FailoverTarget found)
    {
        foreach (FailoverTarget replica in replicas)
        {
            found = replica;
            if (replica.Is(host, port)) return true;
        }
        found = default;
        return false;
    }
}
