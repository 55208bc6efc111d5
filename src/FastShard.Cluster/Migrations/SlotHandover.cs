using FastShard.Cluster.Decisions;
using FastShard.Cluster.State;

namespace FastShard.Cluster.Migrations;

/// <summary>
/// What a node's view of the cluster has to do with slots that come and go as a whole. Keys of hidden slots are none of
/// the data: those that have not all come yet, and those that are left of slots that have gone.
/// </summary>
public sealed class SlotHandover
{
    private readonly ClusterState _state;
    private readonly BusSender _sender;

    internal SlotHandover(ClusterState state, BusSender sender)
    {
        _state = state;
        _sender = sender;
    }

    /// <summary>Whether slots may begin to move from here to a node. Null, or the error reply.</summary>
    public string? CheckExport(SlotSet slots, string target)
    {
        if (_state.Myself.IsReplica) return "ERR Slot migration can only be used on primary nodes.";
        if (!NodeId.TryParse(target, out NodeId id) || _state.Nodes.Find(id) is not { } node)
            return $"ERR Unknown node name: {target}";
        if (node == _state.Myself) return "ERR Target node can not be this node";
        if (node.IsReplica) return "ERR Target node is not a master";
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!slots.Has(slot)) continue;
            if (_state.Slots.Owner(slot) != _state.Myself) return "ERR Slots are not served by this node.";
            if (_state.Slots.MigratingTo(slot) is not null) return "ERR Slots are being manually migrated.";
        }
        return null;
    }

    /// <summary>Slots begin to come from a node: their keys are hidden. Null, or the error reply.</summary>
    public string? BeginImport(SlotSet slots, string source)
    {
        if (_state.Myself.IsReplica) return "ERR Slot migration can only be used on primary nodes.";
        if (!NodeId.TryParse(source, out NodeId id) || _state.Nodes.Find(id) is not { } node)
            return $"ERR Unknown node name: {source}";
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!slots.Has(slot)) continue;
            if (_state.Slots.Owner(slot) != node) return "ERR Slots are not served by the source node.";
            if (_state.Slots.ImportingFrom(slot) is not null) return "ERR Slots are being manually imported";
            if (_state.Slots.Hidden.Has(slot)) return "TRYAGAIN Slots are being cleaned up or imported already";
        }
        Hide(slots);
        return null;
    }

    /// <summary>
    /// Takes slots that have come, under an epoch that nobody has. Null, or why not: then it never does so any more.
    /// </summary>
    public string? Claim(SlotSet slots, string source, ulong epoch)
    {
        if (_state.Myself.IsReplica) return "ERR This node is a replica";
        if (_state.MaxEpoch() >= epoch) return $"EPOCH {_state.MaxEpoch()}";
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!slots.Has(slot)) continue;
            if (_state.Slots.Owner(slot) is not { } owner || owner.Id.ToString() != source)
                return "ERR Slots are not served by the source node any more";
        }
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot)) _state.Assign(slot, _state.Myself);
        }
        // Clients wait: a file that a killed process leaves whole is enough to tell of it, and the disk has it soon.
        TakeEpoch(epoch, andSync: false);
        _state.Outbox.SyncLater();
        return null;
    }

    /// <summary>The epoch that a target is to take slots under: above all that this node knows of.</summary>
    public ulong NextEpoch(ulong heardOf)
    {
        _state.CurrentEpoch = Math.Max(_state.CurrentEpoch, heardOf);
        return _state.MaxEpoch() + 1;
    }

    /// <summary>Keeps slots that a target may have taken under an epoch, by one above it.</summary>
    public void Reclaim(SlotSet slots, ulong epoch)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot) && _state.Slots.Owner(slot) == _state.Myself)
            {
                TakeEpoch(Math.Max(_state.MaxEpoch(), epoch) + 1, andSync: true);
                return;
            }
        }
    }

    /// <summary>The target has taken slots over, and said so itself.</summary>
    public void Yield(SlotSet slots, string target)
    {
        if (!NodeId.TryParse(target, out NodeId id) || _state.Nodes.Find(id) is not { } node) return;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!slots.Has(slot) || _state.Slots.Owner(slot) != _state.Myself) continue;
            _state.Assign(slot, node);
            _state.Slots.SetHidden(slot, true);
            _state.Outbox.DropSlot(slot);
        }
        _state.Changed(andSync: true);
    }

    /// <summary>What is here of these slots is not to be seen.</summary>
    public void Hide(SlotSet slots)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot)) _state.Slots.SetHidden(slot, true);
        }
        _state.Changed();
    }

    /// <summary>A start: what an earlier run left hidden is to go, if there is anything.</summary>
    public void DropHidden()
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (_state.Slots.Hidden.Has(slot)) _state.Outbox.DropSlot(slot);
        }
    }

    /// <summary>Nothing is left of these slots.</summary>
    public void Reveal(SlotSet slots)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot)) _state.Slots.SetHidden(slot, false);
        }
        _state.Changed();
    }

    /// <summary>A primary says which slots it hides: so does its replica.</summary>
    public void Mirror(SlotSet slots)
    {
        bool isOther = false;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot) == _state.Slots.Hidden.Has(slot)) continue;
            _state.Slots.SetHidden(slot, slots.Has(slot));
            isOther = true;
        }
        if (isOther) _state.Changed();
    }

    private void TakeEpoch(ulong epoch, bool andSync)
    {
        _state.CurrentEpoch = epoch;
        _state.Myself.ConfigEpoch = epoch;
        _state.Changed(andSync);
        _sender.BroadcastPong();
    }
}
