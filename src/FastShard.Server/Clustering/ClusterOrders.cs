using FastShard.Cluster;
using FastShard.Cluster.State;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.PubSub;
using FastShard.Server.Replication;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering;

/// <summary>What the cluster wants done to the data and to clients, by the first shard's worker.</summary>
internal sealed class ClusterOrders(FastShardServer server)
{
    private volatile bool _isStill;
    private bool _isPausing;

    /// <summary>Writes are held back, and all that were made before are in the stream: its end stands still.</summary>
    public bool IsStill => _isStill;

    public void Do(ShardWorker worker, in ClusterEffect effect)
    {
        if (effect.Kind is EffectKind.Deliver or EffectKind.DeliverShard)
        {
            Deliver(worker, effect);
            return;
        }
        worker.HoldAll(server.AllShards);
        switch (effect.Kind)
        {
            case EffectKind.Follow:
                Follow(worker, effect.Address.Ip, effect.Address.Port);
                break;
            case EffectKind.Lead:
                server.Replication.Promote(worker);
                DropHidden();
                break;
            case EffectKind.Flush:
                server.Dataset.FlushAll();
                server.Dataset.FlushedAll?.Invoke();
                break;
            case EffectKind.DropSlot:
                Drop((int)effect.Number);
                break;
            case EffectKind.PauseWrites:
                Pause(effect.Number);
                break;
            case EffectKind.ResumeWrites:
                Resume(worker);
                break;
        }
    }

    /// <summary>Slots have come here: their statistics begin anew.</summary>
    public void ForgetCounts(ShardWorker worker, SlotSet slots)
    {
        worker.HoldAll(server.AllShards);
        foreach (Shard shard in server.Shards) shard.Statistics.Slots?.Forget(slots);
    }

    private void Follow(ShardWorker worker, string ip, int port)
    {
        if (server.Replication.Link is { } link && link.Host == ip && link.Port == port) return;
        server.Replication.Follow(worker, ip, port);
    }

    // The place that the replica is told of must be the last: what was written before has to be in the stream.
    private void Pause(long untilMillis)
    {
        _isPausing = true;
        server.PauseClients(untilMillis, onlyWrites: true);
        server.Replication.PostAll();
        server.Aof.Log.PostCut(() => _isStill = _isPausing);
    }

    private void Resume(ShardWorker worker)
    {
        _isPausing = false;
        _isStill = false;
        server.ResumeClients(worker);
    }

    // Its primary was in the midst of slots that came or went: what is here of them is no more than it was there.
    private void DropHidden()
    {
        if (server.Dataset.Hidden is not { } hidden) return;
        for (int slot = 0; slot < KeySlot.Count; slot++)
        {
            if (hidden.Has(slot)) Drop(slot);
        }
    }

    // Nobody sees its keys any more: they go bit by bit.
    private void Drop(int slot)
    {
        Shard home = server.Shards[server.Dataset.ShardOf(slot)];
        home.Sweep.Add(slot);
        home.Reactor.Wake();
    }

    private void Deliver(ShardWorker worker, in ClusterEffect effect)
    {
        Shard home = server.PubSub.HomeOf(effect.Bytes.Span);
        worker.HoldAll(home.Bit);
        var payload = new Payload(effect.Message.Span);
        if (effect.Kind == EffectKind.Deliver) home.PubSub.Publish(effect.Bytes.Span, payload);
        else home.PubSub.PublishToShardChannel(effect.Bytes.Span, payload);
    }
}
