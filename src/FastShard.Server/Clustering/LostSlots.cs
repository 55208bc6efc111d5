using System.Text;
using FastShard.Engine.Blocking;
using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.PubSub;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering;

/// <summary>
/// Clients that wait for keys of slots that are served elsewhere now are sent there, and those that listen to shard
/// channels of such slots are told that they do not any more.
/// </summary>
internal sealed class LostSlots(FastShardServer server)
{
    private const long LookMillis = 100;

    private long _seenVersion = -1;
    private long _nextMillis;

    /// <summary>By the first shard's worker, each turn.</summary>
    public void Look(ShardWorker worker, ClusterHost cluster)
    {
        ClusterMap map = cluster.Map;
        if (map.Version == _seenVersion || worker.NowMillis < _nextMillis) return;
        _seenVersion = map.Version;
        _nextMillis = worker.NowMillis + LookMillis;
        worker.HoldAll(server.AllShards);
        foreach (Connection client in server.AllConnections())
        {
            if (client.Blocked is { } call && Redirect(worker, map, client, call) is { } error)
                Blocker.TryFail(worker, client, Encoding.ASCII.GetBytes(error));
        }
        foreach (Shard shard in server.Shards) EndTopics(worker, map, shard);
    }

    private string? Redirect(ShardWorker worker, ClusterMap map, Connection client, BlockedCall call)
    {
        if (call.Kind is BlockKind.Disk or BlockKind.Replicas or BlockKind.Transfer) return null;
        KeyPositions positions = worker.KeyPositions;
        if (!KeyExtraction.TryCollect(call.Spec, call.Arguments, positions) || positions.Count == 0) return null;
        int slot = KeySlot.Of(call.KeyAt(positions[0]));
        bool onlyReads = call.Spec.Is(CommandFlags.ReadOnly);
        SlotKind kind = map.KindOf(slot);
        if (kind == SlotKind.Unserved) return "CLUSTERDOWN Hash slot not served";
        if (!map.IsOk && !(onlyReads && server.Options.ClusterAllowsReadsWhenDown))
            return "CLUSTERDOWN The cluster is down";
        if (kind != SlotKind.Elsewhere) return null;
        MapNode owner = map.OwnerOf(slot)!;
        if (map.MyPrimary == owner.Id && client.ReadsFromReplica && onlyReads) return null;
        return $"MOVED {slot} {owner.Endpoint}";
    }

    private static void EndTopics(ShardWorker worker, ClusterMap map, Shard shard)
    {
        if (shard.PubSub.ShardChannels.Count == 0) return;
        foreach (Topic topic in new List<Topic>(shard.PubSub.ShardChannels.All))
        {
            int slot = Placing.SlotOf(topic.Name);
            if (map.KindOf(slot) is not (SlotKind.Elsewhere or SlotKind.Unserved)) continue;
            if (map.OwnerOf(slot) is { } owner && owner.Id == map.MyPrimary) continue;
            foreach (Subscription listener in topic.Listeners.ToArray()) End(worker, topic, listener.Subscriber);
        }
    }

    // What was published before is delivered before.
    private static void End(ShardWorker worker, Topic topic, Subscriber subscriber)
    {
        if (subscriber.IsGone) return;
        subscriber.CatchUp(worker);
        subscriber.Quit(TopicKind.ShardChannel, topic);
        byte[] head = Encoding.ASCII.GetBytes($">3\r\n$12\r\nsunsubscribe\r\n${topic.Name.Length}\r\n");
        byte[] tail = Encoding.ASCII.GetBytes($"\r\n:{subscriber.CountFor(TopicKind.ShardChannel)}\r\n");
        subscriber.Push([.. head, .. topic.Name, .. tail]);
    }
}
