namespace FastShard.SystemTests.Model;

/// <summary>A group of consumers: how far it has read, and what was delivered to whom and not acknowledged.</summary>
internal sealed class ModelGroup(ModelId lastDelivered)
{
    public ModelId LastDelivered { get; set; } = lastDelivered;

    public SortedSet<string> Consumers { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<ModelId, string> Pending { get; } = [];

    public string Print() =>
        $"{LastDelivered} [{string.Join(' ', Consumers)}] " +
        string.Join(' ', Pending.Select(static pair => $"{pair.Key}={pair.Value}"));

    public ModelGroup Copy()
    {
        var copy = new ModelGroup(LastDelivered);
        copy.Consumers.UnionWith(Consumers);
        foreach ((ModelId id, string owner) in Pending) copy.Pending[id] = owner;
        return copy;
    }
}
