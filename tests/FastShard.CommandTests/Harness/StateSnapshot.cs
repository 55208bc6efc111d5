using System.Text;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.CommandTests.Harness;

/// <summary>
/// What a client could see of all the data at one moment: for each live key type, deadline and value. Left out are
/// the access clock, the encoding of a string, and keys whose deadline has passed: whether those are gone yet cannot be
/// seen.
/// </summary>
internal sealed class StateSnapshot
{
    private const int VerbatimBytesMax = 256;

    private readonly Dictionary<(int Database, string Key), string> _values = [];

    /// <summary>The state now.</summary>
    public static StateSnapshot Of(Dataset dataset, long nowMillis)
    {
        StateSnapshot snapshot = new();
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            for (int database = 0; database < keyspace.DatabaseCount; database++)
            {
                if (keyspace.Existing(database) is { } home) snapshot.Add(home.Table, database, nowMillis);
            }
        }
        return snapshot;
    }

    /// <summary>Keys that were made, changed or removed.</summary>
    public List<string> ChangesSince(StateSnapshot before)
    {
        List<string> changed = [];
        foreach (((int database, string key), string value) in _values)
        {
            if (!before._values.TryGetValue((database, key), out string? old) || old != value) changed.Add(key);
        }
        foreach ((int Database, string Key) place in before._values.Keys)
        {
            if (!_values.ContainsKey(place)) changed.Add(place.Key);
        }
        return changed;
    }

    private void Add(KeyTable table, int database, long nowMillis)
    {
        Span<Entry> entries = new Entry[64];
        for (int slot = table.NextSlot(0); slot >= 0; slot = slot + 1 < KeySlot.Count ? table.NextSlot(slot + 1) : -1)
        {
            uint position = 0;
            do
            {
                int count = table.Scan(slot, ref position, entries);
                foreach (Entry entry in entries[..count])
                {
                    if (entry.HasExpiry && entry.ExpiryMillis <= nowMillis) continue;
                    _values[(database, Encoding.Latin1.GetString(entry.Key))] = Describe(entry);
                }
            }
            while (position != 0);
        }
    }

    private static string Describe(in Entry entry)
    {
        string value = entry.Type == ValueType.String && entry.Encoding == ValueEncoding.Int
            ? entry.Integer.ToString()
            : Describe(entry.Value);
        string encoding = entry.Type == ValueType.String ? "" : entry.Encoding.ToString();
        return $"{entry.Type} {encoding} {entry.ExpiryMillis} {value}";
    }

    private static string Describe(ReadOnlySpan<byte> value)
    {
        if (value.Length <= VerbatimBytesMax) return Encoding.Latin1.GetString(value);
        HashCode hash = default;
        hash.AddBytes(value);
        return $"{value.Length} bytes, hash {hash.ToHashCode()}";
    }
}
