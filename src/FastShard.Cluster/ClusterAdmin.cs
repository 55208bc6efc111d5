using FastShard.Cluster.Decisions;
using FastShard.Cluster.State;

namespace FastShard.Cluster;

/// <summary>
/// What an administrator may wish of a node. Each gives null, or the error reply. Keys are not known here: whoever
/// calls says how many there are where that matters.
/// </summary>
public sealed class ClusterAdmin
{
    private readonly ClusterState _state;
    private readonly ClusterDecisions _do;

    internal ClusterAdmin(ClusterState state, ClusterDecisions decisions)
    {
        _state = state;
        _do = decisions;
    }

    private ClusterNode Myself => _state.Myself;

    /// <summary>Gets to know whoever is at an address.</summary>
    public void Meet(NodeAddress address) => _do.Members.Handshake(address, withMeet: true);

    /// <summary>Takes slots that nobody has.</summary>
    public string? AddSlots(SlotSet slots)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot) && _state.Slots.Owner(slot) is not null) return $"ERR Slot {slot} is already busy";
        }
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!slots.Has(slot)) continue;
            _state.Slots.SetImporting(slot, null);
            _state.Assign(slot, Myself);
        }
        _state.Changed();
        return null;
    }

    /// <summary>
    /// There were keys of these slots at the start. What nobody has is this node's; keys of others' slots are as those
    /// of slots on their way here, until somebody decides about them. Those of hidden slots are none of the data.
    /// </summary>
    public void ClaimLoaded(SlotSet slots)
    {
        if (Myself.IsReplica || slots.Count == 0) return;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (!slots.Has(slot) || _state.Slots.Owner(slot) == Myself) continue;
            if (_state.Slots.Hidden.Has(slot)) continue;
            if (_state.Slots.Owner(slot) is not { } owner) _state.Assign(slot, Myself);
            else if (_state.Slots.ImportingFrom(slot) is null) _state.Slots.SetImporting(slot, owner);
        }
        _state.Changed();
    }

    /// <summary>Takes slots from whoever has them, as far as this node is concerned.</summary>
    public string? RemoveSlots(SlotSet slots)
    {
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot) && _state.Slots.Owner(slot) is null)
                return $"ERR Slot {slot} is already unassigned";
        }
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (slots.Has(slot)) _state.Assign(slot, null);
        }
        _state.Changed();
        return null;
    }

    /// <summary>Gives all of this node's slots up.</summary>
    public string? FlushSlots(bool hasKeys)
    {
        if (hasKeys) return "ERR DB must be empty to perform CLUSTER FLUSHSLOTS.";
        _state.Slots.Clear(Myself);
        _state.Changed();
        return null;
    }

    public string? Migrate(int slot, string target)
    {
        if (Myself.IsReplica) return OnlyPrimaries;
        if (_state.Slots.Owner(slot) != Myself) return $"ERR I'm not the owner of hash slot {slot}";
        if (Find(target) is not { } node) return $"ERR I don't know about node {target}";
        if (node.IsReplica) return NoPrimary;
        _state.Slots.SetMigrating(slot, node);
        _state.Changed();
        return null;
    }

    public string? Import(int slot, string source)
    {
        if (Myself.IsReplica) return OnlyPrimaries;
        if (_state.Slots.Owner(slot) == Myself) return $"ERR I'm already the owner of hash slot {slot}";
        if (Find(source) is not { } node) return $"ERR I don't know about node {source}";
        if (node.IsReplica) return NoPrimary;
        _state.Slots.SetImporting(slot, node);
        _state.Changed();
        return null;
    }

    public string? Stabilize(int slot)
    {
        if (Myself.IsReplica) return OnlyPrimaries;
        _state.Slots.SetImporting(slot, null);
        _state.Slots.SetMigrating(slot, null);
        _state.Changed();
        return null;
    }

    /// <summary>A slot is a node's from now on. At the end of a move the node that it came to tells all.</summary>
    public string? Assign(int slot, string owner, bool hasKeys)
    {
        if (Myself.IsReplica) return OnlyPrimaries;
        if (Find(owner) is not { } node) return $"ERR Unknown node {owner}";
        if (node.IsReplica) return NoPrimary;
        bool wasMine = _state.Slots.Owner(slot) == Myself;
        if (wasMine && node != Myself && hasKeys)
        {
            return $"ERR Can't assign hashslot {slot} to a different node while I still hold keys for this hash slot.";
        }
        if (!hasKeys && _state.Slots.MigratingTo(slot) is not null) _state.Slots.SetMigrating(slot, null);
        _state.Assign(slot, node);
        _state.Changed();
        if (wasMine && node != Myself && Myself.Slots.Count == 0 && _state.Settings.AllowReplicaMigration)
            _do.Roles.Follow(node);
        if (node != Myself || _state.Slots.ImportingFrom(slot) is null) return null;
        // The mover's word is enough here: the epoch is new, and the others take what has the higher one.
        _state.BumpEpoch();
        _state.Slots.SetImporting(slot, null);
        _do.Sender.BroadcastPong();
        return null;
    }

    /// <summary>Follows a primary.</summary>
    public string? Replicate(string primary, bool hasKeys)
    {
        if (Find(primary) is not { } node) return $"ERR Unknown node {primary}";
        if (node == Myself) return "ERR Can't replicate myself";
        if (node.IsReplica) return "ERR I can only replicate a master, not a replica.";
        if (Myself.IsPrimary && (Myself.Slots.Count != 0 || hasKeys))
            return "ERR To set a master the node must be empty and without assigned slots.";
        _do.Roles.Follow(node);
        return null;
    }

    /// <summary>
    /// Takes the primary's place: with its help, by the votes of the others alone (force), or without asking anybody.
    /// </summary>
    public string? Failover(bool isForced, bool isTakeover)
    {
        if (Myself.IsPrimary) return "ERR You should send CLUSTER FAILOVER to a replica";
        if (Myself.Primary is not { } primary) return "ERR I'm a replica but my master is unknown to me";
        if ((primary.HasFailed || primary.Link is not { IsOpen: true }) && !isForced && !isTakeover)
            return "ERR Master is down or failed, please use CLUSTER FAILOVER FORCE";
        _do.Election.StartAnew();
        _do.Manual.Begin(mayElect: isForced && !isTakeover);
        if (isTakeover)
        {
            _state.BumpEpoch();
            _do.Election.TakeOver();
        }
        else if (!isForced)
        {
            _do.Sender.StartManualFailover(primary);
        }
        return null;
    }

    public string? Forget(string id)
    {
        if (Find(id) is not { } node) return $"ERR Unknown node {id}";
        if (node == Myself) return "ERR I tried hard but I can't forget myself...";
        if (Myself.Primary == node) return "ERR Can't forget my master!";
        _do.Members.Ban(node);
        return null;
    }

    /// <summary>Leaves the cluster; a hard reset takes a new name, too.</summary>
    public string? Reset(bool isHard, bool hasKeys)
    {
        if (Myself.IsPrimary && hasKeys)
            return "ERR CLUSTER RESET can't be called with master nodes containing keys";
        if (Myself.IsReplica)
        {
            Myself.ShardId = _state.DrawId();
            _do.Roles.Lead(Myself);
            _state.Outbox.Add(EffectKind.Lead);
            _state.Outbox.Add(EffectKind.Flush);
        }
        // What is left of slots that have gone must not come back with them.
        if (_state.Slots.Hidden.Count > 0) _state.Outbox.Add(EffectKind.Flush);
        _do.Manual.Reset();
        for (int slot = 0; slot < SlotSet.Slots; slot++) _state.Assign(slot, null);
        for (int index = _state.Nodes.Count - 1; index >= 0; index--)
        {
            if (!_state.Nodes[index].IsMyself) _do.Members.Remove(_state.Nodes[index]);
        }
        _state.Slots.CloseAll();
        if (isHard)
        {
            _state.CurrentEpoch = 0;
            _state.LastVoteEpoch = 0;
            Myself.ConfigEpoch = 0;
            _state.Nodes.Rename(Myself, _state.DrawId());
        }
        _state.Changed(andSync: true);
        return null;
    }

    /// <summary>Takes a new epoch. False where this node has the highest.</summary>
    public bool BumpEpoch() => _state.BumpEpoch();

    /// <summary>Gives a node that knows nobody its first epoch.</summary>
    public string? SetConfigEpoch(long epoch)
    {
        if (epoch < 0) return $"ERR Invalid config epoch specified: {epoch}";
        if (_state.Nodes.Count > 1)
        {
            return "ERR The user can assign a config epoch only when the node does not know any other node.";
        }
        if (Myself.ConfigEpoch != 0) return "ERR Node config epoch is already non-zero";
        Myself.ConfigEpoch = (ulong)epoch;
        _state.CurrentEpoch = Math.Max(_state.CurrentEpoch, Myself.ConfigEpoch);
        _state.Changed();
        return null;
    }

    /// <summary>Primaries that say that a node does not answer; -1 = nobody knows the node.</summary>
    public int CountFailureReports(string id) => Find(id) is { } node ? _do.Failures.CountReports(node) : -1;

    /// <summary>The node of a name.</summary>
    public ClusterNode? Find(string id) => NodeId.TryParse(id, out NodeId name) ? _state.Nodes.Find(name) : null;

    private const string OnlyPrimaries = "ERR You can use SETSLOT only with masters.";

    private const string NoPrimary = "ERR Target node is not a master";
}
