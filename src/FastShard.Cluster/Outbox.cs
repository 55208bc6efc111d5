using FastShard.Cluster.State;

namespace FastShard.Cluster;

/// <summary>
/// What is to be done, in order. Where the configuration is to be saved, that comes before all else: a vote that left
/// and was forgotten by a crash could be given twice.
/// </summary>
public sealed class Outbox
{
    private List<ClusterEffect> _effects = [];

    /// <summary>Something waits.</summary>
    public bool IsEmpty => _effects.Count == 0 && !NeedsSave;

    /// <summary>nodes.conf is out of date.</summary>
    public bool NeedsSave { get; private set; }

    /// <summary>It must be on the disk before anything is sent.</summary>
    public bool NeedsSync { get; private set; }

    /// <summary>It must be on the disk soon, and nothing waits for that.</summary>
    public bool NeedsLateSync { get; private set; }

    /// <summary>Takes what waits, into a list that was emptied.</summary>
    public List<ClusterEffect> Take(List<ClusterEffect> empty)
    {
        List<ClusterEffect> taken = _effects;
        _effects = empty;
        NeedsSave = false;
        NeedsSync = NeedsLateSync = false;
        return taken;
    }

    internal void Save(bool andSync = false)
    {
        NeedsSave = true;
        NeedsSync |= andSync;
    }

    internal void SyncLater() => NeedsLateSync = true;

    internal void Add(EffectKind kind) => _effects.Add(new ClusterEffect(kind));

    internal void Send(int link, byte[] packet) =>
        _effects.Add(new ClusterEffect(EffectKind.Send) { Link = link, Bytes = packet });

    internal void Open(int link, NodeAddress address) =>
        _effects.Add(new ClusterEffect(EffectKind.OpenLink) { Link = link, Address = address });

    internal void Close(int link) => _effects.Add(new ClusterEffect(EffectKind.CloseLink) { Link = link });

    internal void Follow(NodeAddress address) =>
        _effects.Add(new ClusterEffect(EffectKind.Follow) { Address = address });

    internal void DropSlot(int slot) => _effects.Add(new ClusterEffect(EffectKind.DropSlot) { Number = slot });

    internal void PauseWrites(long untilMillis) =>
        _effects.Add(new ClusterEffect(EffectKind.PauseWrites) { Number = untilMillis });

    internal void Deliver(bool isSharded, ReadOnlySpan<byte> channel, ReadOnlySpan<byte> message) =>
        _effects.Add(new ClusterEffect(isSharded ? EffectKind.DeliverShard : EffectKind.Deliver)
        {
            Bytes = channel.ToArray(),
            Message = message.ToArray(),
        });

    internal void Notice(string text) => _effects.Add(new ClusterEffect(EffectKind.Notice) { Text = text });
}
