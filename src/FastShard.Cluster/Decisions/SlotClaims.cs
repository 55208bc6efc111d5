using FastShard.Cluster.State;

namespace FastShard.Cluster.Decisions;

/// <summary>Claims to slots: of two nodes, the one with the higher config epoch is the owner.</summary>
internal sealed class SlotClaims
{
    private readonly ClusterState _state;
    private readonly Roles _roles;
    private readonly BusSender _sender;
    private readonly List<int> _lost = [];

    public SlotClaims(ClusterState state, Roles roles, BusSender sender)
    {
        _state = state;
        _roles = roles;
        _sender = sender;
    }

    /// <summary>A primary claims slots, by its own word or another's.</summary>
    public void Take(ClusterNode claimer, ulong epoch, ReadOnlySpan<byte> slots)
    {
        ClusterNode myself = _state.Myself;
        if (claimer == myself) return;
        ClusterNode? mine = myself.IsPrimary ? myself : myself.Primary;
        int claimed = 0;
        int fromMine = 0;
        _lost.Clear();
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!SlotSet.Has(slots, slot)) continue;
            claimed++;
            ClusterNode? owner = _state.Slots.Owner(slot);
            // A slot that is on its way to this node is for whoever moves it to decide.
            if (owner == claimer || _state.Slots.ImportingFrom(slot) is not null) continue;
            if (owner is not null && owner.ConfigEpoch >= epoch) continue;
            if (owner == myself)
            {
                _lost.Add(slot);
                _state.Slots.SetMigrating(slot, null);
            }
            if (owner is not null && owner == mine) fromMine++;
            _state.Assign(slot, claimer);
            _state.Changed(andSync: true);
        }
        if (fromMine > 0 && mine is { Slots.Count: 0 }
            && (_state.Settings.AllowReplicaMigration || claimed == fromMine))
        {
            _state.Outbox.Notice(
                $"Configuration change detected. Reconfiguring myself as a replica of {claimer.Id}");
            _roles.Follow(claimer);
            return;
        }
        // What this node still serves stays; the keys of what it does not serve any more must not come back.
        foreach (int slot in _lost)
        {
            _state.Slots.SetHidden(slot, true);
            _state.Outbox.DropSlot(slot);
        }
    }

    /// <summary>A node claims what another owns by a higher epoch: it is told.</summary>
    public void Contradict(ClusterNode sender, ulong epoch, ReadOnlySpan<byte> slots)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!SlotSet.Has(slots, slot)) continue;
            ClusterNode? owner = _state.Slots.Owner(slot);
            if (owner is null || owner == sender || owner.ConfigEpoch <= epoch) continue;
            _sender.Update(sender, owner);
            return;
        }
    }

    /// <summary>
    /// Two primaries have the same config epoch, so that neither's claims would win: the one whose name comes first
    /// takes a new epoch.
    /// </summary>
    public void ResolveCollision(ClusterNode sender)
    {
        ClusterNode myself = _state.Myself;
        if (!myself.IsPrimary || !sender.IsPrimary || sender.ConfigEpoch != myself.ConfigEpoch) return;
        if (sender.Id <= myself.Id) return;
        _state.CurrentEpoch++;
        myself.ConfigEpoch = _state.CurrentEpoch;
        _state.Changed(andSync: true);
        _state.Outbox.Notice(
            $"WARNING: configEpoch collision with node {sender.Id}. configEpoch set to {myself.ConfigEpoch}");
    }
}
