// Which patterns fit a channel, without trying all of them. Patterns are kept by their literal beginning in a radix
// tree, and those with the same beginning by their literal end in a second one. A channel walks down the tree of
// beginnings, at each node down the tree of ends from its last byte, and only the patterns found there are matched. So
// "user:*:created" costs nothing for channels that begin with "order:" or end with ":deleted". What differs only in the
// middle, as "*a*" and "*b*" do, is tried one by one.

using FastShard.Engine.Text;

namespace FastShard.Server.PubSub;

/// <summary>The patterns that clients subscribe to. Changed while every shard is held.</summary>
internal sealed class PatternIndex : ITopicOwner
{
    private readonly TopicTable _names;
    private readonly PatternNode _prefixes = PatternNode.NewRoot();

    public PatternIndex() => _names = new TopicTable(Placing.Everywhere, this);

    /// <summary>Different patterns.</summary>
    public int Count => _names.Count;

    public Dictionary<byte[], Topic>.ValueCollection All => _names.All;

    public Topic? Find(ReadOnlySpan<byte> pattern) => _names.Find(pattern);

    public Topic FindOrAdd(ReadOnlySpan<byte> pattern)
    {
        if (_names.Find(pattern) is { } known) return known;
        Topic topic = _names.FindOrAdd(pattern);
        var shape = new PatternShape(pattern);
        PatternNode prefix = _prefixes.Reach(shape.Prefix);
        prefix.Suffixes ??= PatternNode.NewRoot();
        PatternNode suffix = prefix.Suffixes.Reach(shape.Suffix);
        suffix.Topics ??= [];
        suffix.Topics.Add(topic);
        return topic;
    }

    /// <summary>Adds the patterns that a channel fits.</summary>
    public void Collect(ReadOnlySpan<byte> channel, List<Topic> matches)
    {
        int passed = 0;
        for (PatternNode? node = _prefixes; node is not null; node = node.Next(channel, isFromEnd: false, ref passed))
        {
            if (node.Suffixes is { } suffixes) CollectBySuffix(suffixes, channel, matches);
        }
    }

    public void Drop(Topic topic)
    {
        _names.Drop(topic);
        var shape = new PatternShape(topic.Name);
        PatternNode prefix = _prefixes.Reach(shape.Prefix);
        PatternNode suffix = prefix.Suffixes!.Reach(shape.Suffix);
        suffix.Topics!.Remove(topic);
        if (suffix.Topics.Count > 0) return;
        suffix.Topics = null;
        suffix.Prune();
        if (!prefix.Suffixes.IsEmpty) return;
        prefix.Suffixes = null;
        prefix.Prune();
    }

    private static void CollectBySuffix(PatternNode suffixes, ReadOnlySpan<byte> channel, List<Topic> matches)
    {
        int passed = 0;
        for (PatternNode? node = suffixes; node is not null; node = node.Next(channel, isFromEnd: true, ref passed))
        {
            if (node.Topics is not { } topics) continue;
            foreach (Topic topic in topics)
            {
                if (GlobPattern.IsMatch(topic.Name, channel)) matches.Add(topic);
            }
        }
    }
}
