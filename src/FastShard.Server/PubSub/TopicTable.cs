using FastShard.Engine.Text;

namespace FastShard.Server.PubSub;

/// <summary>Topics by name.</summary>
internal sealed class TopicTable : ITopicOwner
{
    private readonly Dictionary<byte[], Topic> _topics = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], Topic>.AlternateLookup<ReadOnlySpan<byte>> _byName;
    private readonly int _place;
    private readonly ITopicOwner _owner;

    /// <summary>
    /// A table at a shard, or <see cref="Placing.Everywhere"/>; without an owner it takes topics out by itself.
    /// </summary>
    public TopicTable(int place, ITopicOwner? owner = null)
    {
        _place = place;
        _owner = owner ?? this;
        _byName = _topics.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => _topics.Count;

    public Dictionary<byte[], Topic>.ValueCollection All => _topics.Values;

    public Topic? Find(ReadOnlySpan<byte> name) =>
        _topics.Count > 0 && _byName.TryGetValue(name, out Topic? topic) ? topic : null;

    public Topic FindOrAdd(ReadOnlySpan<byte> name)
    {
        if (_byName.TryGetValue(name, out Topic? topic)) return topic;
        topic = new Topic(name.ToArray(), _place, _owner);
        _topics.Add(topic.Name, topic);
        return topic;
    }

    public void Drop(Topic topic) => _topics.Remove(topic.Name);
}
