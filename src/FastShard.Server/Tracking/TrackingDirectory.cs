using System.Collections.Concurrent;
using FastShard.Engine.Tracking;
using FastShard.Memory;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;

namespace FastShard.Server.Tracking;

/// <summary>
/// All clients that track keys (client-side caching). One begins or changes its mind while every shard is held; it may
/// leave at any time, held by nobody but its own shard, and is passed over by those who still find it.
/// </summary>
internal sealed class TrackingDirectory(FastShardServer server)
{
    private readonly ConcurrentDictionary<long, Tracker> _trackers = new();
    private volatile PrefixGroup[] _groups = [];

    public InvalidationMailPool Mails { get; } = new();

    /// <summary>Clients that track.</summary>
    public int Count => _trackers.Count;

    /// <summary>True when nobody tracks.</summary>
    public bool IsEmpty => _trackers.IsEmpty;

    /// <summary>The prefixes of all who are told of keys by prefix.</summary>
    public ReadOnlySpan<PrefixGroup> Groups => _groups;

    /// <summary>Prefixes that somebody listens to.</summary>
    public int PrefixCount => _groups.Length;

    /// <summary>Keys that are remembered, on all shards; read while they may change.</summary>
    public long KeyCount
    {
        get
        {
            long keys = 0;
            foreach (Shard shard in server.Shards) keys += shard.Keyspace.TrackedKeys?.Count ?? 0;
            return keys;
        }
    }

    /// <summary>Ids under all of them; every shard is held.</summary>
    public long ItemCount
    {
        get
        {
            long items = 0;
            foreach (Shard shard in server.Shards) items += shard.Keyspace.TrackedKeys?.Items ?? 0;
            return items;
        }
    }

    /// <summary>More keys are tracked than tracking-table-max-keys allows; 0 = no limit.</summary>
    public bool IsOverfull
    {
        get
        {
            long max = server.Options.TrackingTableMaxKeys;
            return max > 0 && KeyCount > max;
        }
    }

    /// <summary>tracking-table-max-keys was set; every shard is held. What is left over goes by the clock.</summary>
    public void ApplyLimit()
    {
        foreach (Shard shard in server.Shards) shard.Tracking.Trim();
    }

    /// <summary>The tracking of a client; null if it does not track, or has gone.</summary>
    public Tracker? Find(long clientId) => _trackers.GetValueOrDefault(clientId);

    /// <summary>A client tracks, or tracks otherwise than before; every shard is held.</summary>
    public void Put(Tracker tracker)
    {
        _trackers[tracker.ClientId] = tracker;
        Regroup();
        foreach (Shard shard in server.Shards)
        {
            shard.Keyspace.KeyChanges = shard.Tracking;
            shard.Keyspace.TrackedKeys ??= new TrackedKeys();
        }
    }

    /// <summary>A client tracks no more: it said so, was reset or has gone. Its shard is held.</summary>
    public void Remove(Connection client)
    {
        if (client.Tracker is null) return;
        client.Tracker = null;
        if (!_trackers.TryRemove(client.Id, out Tracker? tracker)) return;
        if (tracker.IsBroadcast) Regroup();
    }

    /// <summary>A database was emptied: whoever tracks forgets all it has; every shard is held.</summary>
    public void OnFlushed()
    {
        foreach (Shard shard in server.Shards) shard.Keyspace.TrackedKeys?.Clear();
        if (_trackers.IsEmpty) return;
        server.Shards[0].Tracking.TellAllOfEverything(_trackers.Values);
    }

    // Two that leave at once may each see the other still: then one who has gone stays listed, and is passed over.
    private void Regroup()
    {
        var members = new Dictionary<string, List<Tracker>>();
        foreach (Tracker tracker in _trackers.Values)
        {
            foreach (byte[] prefix in tracker.Prefixes)
            {
                string name = Convert.ToHexString(prefix);
                if (!members.TryGetValue(name, out List<Tracker>? listed)) members[name] = listed = [];
                listed.Add(tracker);
            }
        }
        var groups = new List<PrefixGroup>();
        foreach ((string name, List<Tracker> listed) in members)
            groups.Add(new PrefixGroup(Convert.FromHexString(name), [.. listed]));
        _groups = [.. groups];
    }
}
