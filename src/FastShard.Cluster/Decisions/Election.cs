using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>
/// A replica's way to its primary's place. The one that has most of the stream asks first; who has the votes of the
/// majority of primaries takes the slots under the epoch of the election.
/// </summary>
internal sealed class Election
{
    private const long DelayMillis = 500;
    private const int DelayJitterMillis = 500;
    private const long RankMillis = 1000;
    private const long TimeoutMinMillis = 2000;

    private readonly ClusterState _state;
    private readonly BusSender _sender;
    private readonly ManualFailover _manual;
    private readonly Roles _roles;
    private readonly Health _health;

    private long _startMillis;
    private bool _isAsked;
    private readonly HashSet<NodeId> _voters = [];
    private int _rank;
    private ulong _epoch;

    public Election(ClusterState state, BusSender sender, ManualFailover manual, Roles roles, Health health)
    {
        _state = state;
        _sender = sender;
        _manual = manual;
        _roles = roles;
        _health = health;
    }

    private bool IsManual => _manual.IsRunning && _manual.MayElect;

    /// <summary>Goes one step, where there is one to go.</summary>
    public void Advance()
    {
        if (!IsWanted()) return;
        long timeout = Math.Max(_state.Settings.NodeTimeoutMillis * 2, TimeoutMinMillis);
        long age = _state.NowMillis - _startMillis;
        if (age > timeout * 2)
        {
            Schedule();
            return;
        }
        if (!_isAsked && !_manual.IsRunning) FollowRank();
        if (_state.NowMillis < _startMillis || age > timeout) return;
        if (!_isAsked)
        {
            AskForVotes();
            return;
        }
        if (_voters.Count < _state.Quorum) return;
        _state.Outbox.Notice("Failover election won: I'm the new master.");
        if (_state.Myself.ConfigEpoch < _epoch) _state.Myself.ConfigEpoch = _epoch;
        TakeOver();
    }

    /// <summary>A vote came in.</summary>
    public void TakeVote(ClusterNode voter, ulong voterEpoch)
    {
        if (!voter.IsPrimary || voter.Slots.Count == 0 || voterEpoch < _epoch || !_isAsked) return;
        _state.IsFailoverDue |= _voters.Add(voter.Id);
    }

    /// <summary>A new attempt may begin at once.</summary>
    public void StartAnew() => _startMillis = 0;

    /// <summary>This node is the primary of all that its primary had.</summary>
    public void TakeOver()
    {
        ClusterNode myself = _state.Myself;
        if (myself.IsPrimary || myself.Primary is not { } former) return;
        _roles.Lead(myself);
        _state.Outbox.Add(EffectKind.Lead);
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (_state.Slots.Owner(slot) == former) _state.Assign(slot, myself);
        }
        _state.Changed(andSync: true);
        _health.Judge();
        _sender.BroadcastPong();
        _manual.Reset();
    }

    private bool IsWanted()
    {
        ClusterNode myself = _state.Myself;
        if (myself.IsPrimary || myself.Primary is not { } primary || primary.Slots.Count == 0) return false;
        if (IsManual) return true;
        return primary.HasFailed && !_state.Settings.ReplicaNoFailover && IsFresh();
    }

    /// <summary>Data that are too old must not replace what a primary that comes back would have.</summary>
    private bool IsFresh()
    {
        ClusterSettings settings = _state.Settings;
        if (settings.ReplicaValidityFactor == 0) return true;
        long age = _state.Facts.DataAgeMillis;
        // It must have been silent for a timeout to be found down at all.
        if (age > settings.NodeTimeoutMillis) age -= settings.NodeTimeoutMillis;
        return age <= settings.ReplicationPingMillis + (settings.NodeTimeoutMillis * settings.ReplicaValidityFactor);
    }

    private void Schedule()
    {
        _voters.Clear();
        _isAsked = false;
        _rank = _manual.IsRunning ? 0 : Rank();
        _startMillis = _state.NowMillis;
        if (_manual.IsRunning)
        {
            _state.IsFailoverDue = true;
        }
        else
        {
            _startMillis += DelayMillis + _state.Random.Next(DelayJitterMillis) + (_rank * RankMillis);
            _state.Outbox.Notice(
                $"Start of election delayed for {_startMillis - _state.NowMillis} milliseconds (rank #{_rank}, offset "
                + $"{_state.Facts.Offset}).");
        }
        // Siblings learn the offset in time to see who is ahead.
        _sender.BroadcastPong(onlySiblings: true);
    }

    private void FollowRank()
    {
        int rank = Rank();
        if (rank <= _rank) return;
        _startMillis += (rank - _rank) * RankMillis;
        _rank = rank;
    }

    /// <summary>How many siblings have more of the stream.</summary>
    private int Rank()
    {
        int rank = 0;
        foreach (ClusterNode sibling in _state.Myself.Primary!.Replicas)
        {
            if (!sibling.IsMyself && !sibling.Has(NodeFlags.NoFailover) && sibling.Offset > _state.Facts.Offset)
                rank++;
        }
        return rank;
    }

    private void AskForVotes()
    {
        _state.CurrentEpoch++;
        _epoch = _state.CurrentEpoch;
        _isAsked = true;
        _state.Changed(andSync: true);
        _sender.BroadcastVoteRequest();
        _state.Outbox.Notice($"Starting a failover election for epoch {_epoch}.");
    }
}
