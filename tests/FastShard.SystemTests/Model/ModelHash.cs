using System.Globalization;

namespace FastShard.SystemTests.Model;

/// <summary>A hash whose fields may have deadlines; 0 = none.</summary>
internal sealed class ModelHash
{
    private readonly SortedDictionary<string, (string Value, long Deadline)> _fields = new(StringComparer.Ordinal);

    public int Count => _fields.Count;

    public IEnumerable<string> Keys => _fields.Keys;

    public IEnumerable<(string Field, string Value)> Pairs =>
        _fields.Select(static pair => (pair.Key, pair.Value.Value));

    /// <summary>A new value; a deadline goes.</summary>
    public string this[string field]
    {
        set => _fields[field] = (value, 0);
    }

    public bool TryAdd(string field, string value) => _fields.TryAdd(field, (value, 0));

    public bool Remove(string field) => _fields.Remove(field);

    public bool ContainsKey(string field) => _fields.ContainsKey(field);

    public string? GetValueOrDefault(string field) =>
        _fields.TryGetValue(field, out (string Value, long Deadline) found) ? found.Value : null;

    /// <summary>A changed value; a deadline stays.</summary>
    public void Change(string field, string value) => _fields[field] = (value, DeadlineOf(field) ?? 0);

    /// <summary>Null without the field.</summary>
    public long? DeadlineOf(string field) =>
        _fields.TryGetValue(field, out (string Value, long Deadline) found) ? found.Deadline : null;

    public void SetDeadline(string field, long deadline) => _fields[field] = (_fields[field].Value, deadline);

    public string Print() => string.Join('|', _fields.Select(static pair =>
        $"{pair.Key}={pair.Value.Value} until {pair.Value.Deadline.ToString(CultureInfo.InvariantCulture)}"));

    public ModelHash Copy()
    {
        var copy = new ModelHash();
        foreach ((string field, (string Value, long Deadline) held) in _fields) copy._fields[field] = held;
        return copy;
    }
}
