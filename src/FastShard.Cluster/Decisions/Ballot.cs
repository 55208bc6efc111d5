using FastShard.Cluster.Bus;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>This node's vote: one an epoch, and one for a primary's replicas in two timeouts.</summary>
internal sealed class Ballot
{
    private const int PauseTimeouts = 2;

    private readonly ClusterState _state;
    private readonly BusSender _sender;

    public Ballot(ClusterState state, BusSender sender)
    {
        _state = state;
        _sender = sender;
    }

    /// <summary>A replica asks for the vote.</summary>
    public void Consider(ClusterNode candidate, in BusPacket request)
    {
        ClusterNode myself = _state.Myself;
        if (!myself.IsPrimary || myself.Slots.Count == 0) return;
        if (request.CurrentEpoch < _state.CurrentEpoch || _state.LastVoteEpoch == _state.CurrentEpoch) return;
        if (candidate.IsPrimary || candidate.Primary is not { } primary) return;
        if (!primary.HasFailed && (request.Marks & BusMarks.ForceAck) == 0) return;
        if (_state.NowMillis - primary.VotedMillis < _state.Settings.NodeTimeoutMillis * PauseTimeouts) return;
        if (IsOutdated(request.Slots, request.ConfigEpoch)) return;

        primary.VotedMillis = _state.NowMillis;
        _state.LastVoteEpoch = _state.CurrentEpoch;
        _state.Outbox.Save(andSync: true);
        _sender.Vote(candidate);
        _state.Outbox.Notice($"Failover auth granted to {candidate.Id} for epoch {_state.CurrentEpoch}");
    }

    /// <summary>It claims slots that somebody owns by a higher epoch: it does not know the cluster as it is.</summary>
    private bool IsOutdated(ReadOnlySpan<byte> slots, ulong epoch)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (SlotSet.Has(slots, slot) && _state.Slots.Owner(slot) is { } owner && owner.ConfigEpoch > epoch)
                return true;
        }
        return false;
    }
}
