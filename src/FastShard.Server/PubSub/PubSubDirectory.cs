using FastShard.Server.Sharding;

namespace FastShard.Server.PubSub;

/// <summary>
/// All subscriptions of the server: what each shard keeps, and what all of them share. The shared part is read by the
/// holder of any shard and changed by the holder of all.
/// </summary>
internal sealed class PubSubDirectory(FastShardServer server)
{
    /// <summary>Patterns.</summary>
    public PatternIndex Patterns { get; } = new();

    /// <summary>Channels of key events, of all databases and keys.</summary>
    public TopicTable Events { get; } = new(Placing.Everywhere);

    public PushMailPool Mails { get; } = new();

    /// <summary>The shard of a channel.</summary>
    public Shard HomeOf(ReadOnlySpan<byte> channel) =>
        server.Shards[server.Dataset.ShardOf(Placing.SlotOf(channel))];

    /// <summary>The topic that a subscription is for; its place is held.</summary>
    public Topic FindOrAdd(TopicKind kind, ReadOnlySpan<byte> name)
    {
        if (kind == TopicKind.Pattern) return Patterns.FindOrAdd(name);
        return TableOf(kind, name).FindOrAdd(name);
    }

    /// <summary>The topic, if anybody listens to it; its place is held.</summary>
    public Topic? Find(TopicKind kind, ReadOnlySpan<byte> name)
    {
        if (kind == TopicKind.Pattern) return Patterns.Find(name);
        return TableOf(kind, name).Find(name);
    }

    /// <summary>The tables of one kind of channel; all shards are held.</summary>
    public IEnumerable<TopicTable> Tables(TopicKind kind)
    {
        foreach (Shard shard in server.Shards)
            yield return kind == TopicKind.Channel ? shard.PubSub.Channels : shard.PubSub.ShardChannels;
        if (kind == TopicKind.Channel) yield return Events;
    }

    private TopicTable TableOf(TopicKind kind, ReadOnlySpan<byte> name)
    {
        ShardPubSub home = HomeOf(name).PubSub;
        if (kind == TopicKind.ShardChannel) return home.ShardChannels;
        return Placing.IsEverywhere(name) ? Events : home.Channels;
    }
}
