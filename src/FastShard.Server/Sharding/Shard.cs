using FastShard.Engine.Keyspaces;
using FastShard.Native.Threading;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Clustering.Forwarding;
using FastShard.Server.HotKeys;
using FastShard.Server.Journaling;
using FastShard.Server.Migration;
using FastShard.Server.PubSub;
using FastShard.Server.Replication;
using FastShard.Server.Statistics;
using FastShard.Server.Tracking;
using FastShard.Transport;

namespace FastShard.Server.Sharding;

/// <summary>
/// A shard: a part of the slots with their data, some of the connections, an event loop, and the token that says who
/// may touch all this. Its own worker holds the token while awake; others borrow it while the worker sleeps.
/// </summary>
internal sealed class Shard : IDisposable
{
    public Shard(
        int index, Keyspace keyspace, Reactor reactor, ShardStatistics statistics, PubSubDirectory directory,
        TrackingDirectory trackers, int shardCount)
    {
        Index = index;
        Keyspace = keyspace;
        Reactor = reactor;
        Statistics = statistics;
        Token = new ShardToken();
        HotKeys = new HotKeySampler(index);
        PubSub = new ShardPubSub(this, directory, shardCount);
        keyspace.KeyEvents = PubSub;
        Tracking = new ShardTracking(this, trackers, shardCount);
    }

    public int Index { get; }

    /// <summary>The bit of this shard in sets of shards.</summary>
    public ulong Bit => 1UL << Index;

    public Keyspace Keyspace { get; }

    public Reactor Reactor { get; }

    public ShardStatistics Statistics { get; }

    public ShardToken Token { get; }

    /// <summary>Which keys its commands use most.</summary>
    public HotKeySampler HotKeys { get; }

    /// <summary>The channels that are at home here.</summary>
    public ShardPubSub PubSub { get; }

    /// <summary>Who is to hear of changes of the keys here.</summary>
    public ShardTracking Tracking { get; }

    public Mailbox Mailbox { get; } = new();

    /// <summary>The connections this shard serves.</summary>
    public ConnectionSet Connections { get; } = new();

    /// <summary>When the waits of its connections end.</summary>
    public DeadlineHeap Deadlines { get; } = new();

    /// <summary>Receive buffers for those that have requests waiting.</summary>
    public InputPool Inputs { get; } = new();

    /// <summary>Connections with replies that were not handed to the transport yet.</summary>
    public ConnectionQueue Unflushed { get; } = new();

    /// <summary>Connections whose replies wait for the disk.</summary>
    public UnsyncedReplies Unsynced { get; } = new();

    /// <summary>The replicas among its connections.</summary>
    public ShardReplicas Replicas { get; } = new();

    /// <summary>Connections that wait for replicas.</summary>
    public ShardWaits Waits { get; } = new();

    /// <summary>Connections with messages of channels that were not handed to the transport yet.</summary>
    public PushQueue Pushed { get; } = new();

    /// <summary>Connections with more to read or run than one turn's share: they go on in the next.</summary>
    public ConnectionQueue Unfinished { get; } = new();

    /// <summary>Connections with a command of a slot that waits.</summary>
    public List<Connection> HeldBack { get; } = [];

    /// <summary>Parcels with such a command.</summary>
    public List<Execution.Parcel> HeldParcels { get; } = [];

    /// <summary>Its parts of slots that go to other nodes.</summary>
    public List<ShardExport> Exports { get; } = [];

    /// <summary>What is left of slots that have gone.</summary>
    public SlotSweep Sweep { get; } = new();

    /// <summary>Closed connections, recycled by the shard's own worker at the end of its turn.</summary>
    public ConnectionQueue Closed { get; } = new();

    /// <summary>Its links to other nodes; null = it is no node of a cluster.</summary>
    public NodeLinks? Links { get; set; }

    /// <summary>MEMORY PURGE asked for what can be given back, and it is not all given back yet.</summary>
    public bool IsPurging { get; set; }

    public void Dispose()
    {
        Links?.Dispose();
        Reactor.Dispose();
        Inputs.Dispose();
        Keyspace.Dispose();
        Token.Dispose();
        PubSub.Dispose();
    }
}
