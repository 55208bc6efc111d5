using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>
/// A failover that somebody asked for. The replica asks its primary to hold writes back; the primary's next pings say
/// the offset at which it stands still; when the replica is there, the election begins. Neither may wait for ever.
/// </summary>
internal sealed class ManualFailover
{
    private const long TimeoutMillis = 5000;

    // Writes stay held back for longer than the attempt may take: a late promotion must not find new ones.
    private const int PauseTimes = 2;

    private readonly ClusterState _state;
    private long _endMillis;
    private long _primaryOffset = -1;

    public ManualFailover(ClusterState state) => _state = state;

    public bool IsRunning => _endMillis != 0;

    /// <summary>The election may begin although the primary is up.</summary>
    public bool MayElect { get; private set; }

    /// <summary>As a primary: which replica asked.</summary>
    public ClusterNode? Requester { get; private set; }

    /// <summary>As a replica: it was asked for.</summary>
    public void Begin(bool mayElect)
    {
        Reset();
        _endMillis = _state.NowMillis + TimeoutMillis;
        MayElect = mayElect;
        _state.IsFailoverDue = true;
    }

    /// <summary>As a primary: a replica asks.</summary>
    public void BeginFor(ClusterNode replica)
    {
        Reset();
        _endMillis = _state.NowMillis + TimeoutMillis;
        Requester = replica;
        _state.Outbox.PauseWrites(_state.NowMillis + (TimeoutMillis * PauseTimes));
        _state.Outbox.Notice($"Manual failover requested by replica {replica.Id}.");
    }

    /// <summary>As a replica: where the primary stands still.</summary>
    public void TakeOffset(long offset)
    {
        if (!IsRunning || _primaryOffset != -1) return;
        _primaryOffset = offset;
        _state.IsFailoverDue = true;
        _state.Outbox.Notice($"Received replication offset for paused master manual failover: {offset}");
    }

    /// <summary>As a replica: whether all of the stream has come.</summary>
    public void Advance()
    {
        if (!IsRunning || MayElect || _primaryOffset == -1 || _primaryOffset != _state.Facts.Offset) return;
        MayElect = true;
        _state.IsFailoverDue = true;
        _state.Outbox.Notice("All master replication stream processed, manual failover can start.");
    }

    public void GiveUpInTime()
    {
        if (!IsRunning || _endMillis >= _state.NowMillis) return;
        _state.Outbox.Notice("Manual failover timed out.");
        Reset();
    }

    public void Reset()
    {
        if (Requester is not null) _state.Outbox.Add(EffectKind.ResumeWrites);
        Requester = null;
        _endMillis = 0;
        MayElect = false;
        _primaryOffset = -1;
    }

    public void Forget(ClusterNode node)
    {
        if (Requester == node) Reset();
    }
}
