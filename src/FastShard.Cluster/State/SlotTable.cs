namespace FastShard.Cluster.State;

/// <summary>Who owns which slot, and which slots are on their way. Owners and nodes' slot sets agree, always.</summary>
public sealed class SlotTable
{
    private readonly ClusterNode?[] _owners = new ClusterNode?[SlotSet.Slots];
    private readonly ClusterNode?[] _migrating = new ClusterNode?[SlotSet.Slots];
    private readonly ClusterNode?[] _importing = new ClusterNode?[SlotSet.Slots];

    /// <summary>Slots that have an owner.</summary>
    public int AssignedCount { get; private set; }

    /// <summary>
    /// Slots whose keys here are none of the data: on their way here as a whole, or left of slots that have gone.
    /// </summary>
    public SlotSet Hidden { get; } = new();

    /// <summary>No slot has been on its way since the last time when all moves were closed.</summary>
    public bool IsStable { get; private set; } = true;

    /// <summary>Counts up with every change: who keeps a copy sees when it is old.</summary>
    public long Version { get; private set; }

    /// <summary>The owner of a slot.</summary>
    public ClusterNode? Owner(int slot) => _owners[slot];

    /// <summary>Where this node's slot is going.</summary>
    public ClusterNode? MigratingTo(int slot) => _migrating[slot];

    /// <summary>From where a slot is coming to this node.</summary>
    public ClusterNode? ImportingFrom(int slot) => _importing[slot];

    internal void Touch() => Version++;

    internal void Assign(int slot, ClusterNode? owner)
    {
        ClusterNode? former = _owners[slot];
        if (former == owner) return;
        former?.Slots.Remove(slot);
        owner?.Slots.Add(slot);
        _owners[slot] = owner;
        AssignedCount += (owner is null ? 0 : 1) - (former is null ? 0 : 1);
        Version++;
    }

    internal void SetMigrating(int slot, ClusterNode? target)
    {
        _migrating[slot] = target;
        IsStable &= target is null;
        Version++;
    }

    internal void SetImporting(int slot, ClusterNode? source)
    {
        _importing[slot] = source;
        IsStable &= source is null;
        Version++;
    }

    internal void SetHidden(int slot, bool isHidden)
    {
        if (isHidden ? Hidden.Add(slot) : Hidden.Remove(slot)) Version++;
    }

    internal void CloseAll()
    {
        Array.Clear(_migrating);
        Array.Clear(_importing);
        for (int slot = 0; slot < SlotSet.Slots; slot++) Hidden.Remove(slot);
        IsStable = true;
        Version++;
    }

    /// <summary>Nothing belongs to a node any more.</summary>
    internal void Clear(ClusterNode node)
    {
        if (node.Slots.Count == 0) return;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (_owners[slot] == node) Assign(slot, null);
        }
    }

    /// <summary>Nothing names a node any more.</summary>
    internal void Forget(ClusterNode node)
    {
        Clear(node);
        if (IsStable) return;
        for (int slot = 0; slot < SlotSet.Slots; slot++)
        {
            if (_migrating[slot] == node) _migrating[slot] = null;
            if (_importing[slot] == node) _importing[slot] = null;
        }
        Version++;
    }
}
