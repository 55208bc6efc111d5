using FastShard.Cluster.State;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>The slots that go to other nodes.</summary>
internal sealed class SlotExports(FastShardServer server)
{
    /// <summary>So long the other side may always be silent.</summary>
    public const long SilenceMillisMin = 5000;

    private readonly List<SlotExport> _all = [];
    private volatile SlotExport[] _copying = [];

    /// <summary>Some go on. For the first shard's worker.</summary>
    public bool IsActive => _all.Count > 0;

    /// <summary>Changes are to be passed on to somebody. Any thread.</summary>
    public bool IsCopying => _copying.Length > 0;

    /// <summary>Begins one; every shard is held.</summary>
    public void Begin(ShardWorker worker, MigrationRecord record, NodeAddress target)
    {
        var export = new SlotExport(server, record, target, worker.NowMillis);
        _all.Add(export);
        server.Migrations.Add(record, server.Options.ClusterSlotMigrationLogLength);
        export.Tick(worker);
        server.Shards[0].Reactor.Wake();
    }

    /// <summary>Whether any of these slots is on its way already.</summary>
    public bool Overlaps(SlotSet slots)
    {
        foreach (SlotExport export in _all)
        {
            for (int slot = 0; slot < SlotSet.Slots; slot++)
            {
                if (slots.Has(slot) && export.Record.Slots.Has(slot)) return true;
            }
        }
        return false;
    }

    /// <summary>Ends all that can be ended; every shard is held.</summary>
    public void CancelAll(ShardWorker worker)
    {
        foreach (SlotExport export in _all.ToArray()) _ = export.TryCancel(worker);
    }

    /// <summary>By the first shard's worker, each turn.</summary>
    public void Tick(ShardWorker worker)
    {
        if (_all.Count == 0) return;
        foreach (SlotExport export in _all.ToArray()) export.Tick(worker);
        _ = _all.RemoveAll(static export => export.IsOver);
    }

    /// <summary>One begins or ends; every shard is held.</summary>
    public void Update() => _copying = [.. _all.FindAll(static export => export.IsCopying)];

    /// <summary>A journal goes to the log; its shards are held.</summary>
    public void Pass(ReadOnlySpan<byte> effects)
    {
        SlotExport[] copying = _copying;
        if (copying.Length > 0) EffectTap.Take(server, copying, effects);
    }
}
