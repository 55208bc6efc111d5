namespace FastShard.SystemTests.Model;

/// <summary>A stream: entries by id, and groups with what they have delivered.</summary>
internal sealed class ModelStream
{
    public SortedDictionary<ModelId, string[]> Entries { get; private init; } = [];

    public ModelId LastId { get; set; }

    public SortedDictionary<string, ModelGroup> Groups { get; } = new(StringComparer.Ordinal);

    /// <summary>Removes the oldest until a condition holds no more; says how many went.</summary>
    public int TrimWhile(Func<ModelId, bool> isTooMuch)
    {
        int removed = 0;
        while (Entries.Count > 0 && isTooMuch(Entries.First().Key))
        {
            Entries.Remove(Entries.First().Key);
            removed++;
        }
        return removed;
    }

    /// <summary>Entries after an id.</summary>
    public IEnumerable<KeyValuePair<ModelId, string[]>> After(ModelId id) =>
        Entries.Where(pair => pair.Key.CompareTo(id) > 0);

    public string Print() => string.Join('|', [
        LastId.ToString(),
        .. Entries.Select(static pair => $"{pair.Key} {string.Join(' ', pair.Value)}"),
        .. Groups.Select(static pair => $"{pair.Key}: {pair.Value.Print()}"),
    ]);

    public ModelStream Copy()
    {
        var copy = new ModelStream { Entries = new SortedDictionary<ModelId, string[]>(Entries), LastId = LastId };
        foreach ((string name, ModelGroup group) in Groups) copy.Groups[name] = group.Copy();
        return copy;
    }
}
