using System.Globalization;

namespace FastShard.CommandTests.Keys;

/// <summary>What the generic commands mean, as plainly as it can be said: dictionaries and a clock.</summary>
internal sealed class KeysModel
{
    private readonly SortedDictionary<string, Value>[] _databases;

    public KeysModel(int databases)
    {
        _databases = new SortedDictionary<string, Value>[databases];
        for (int index = 0; index < databases; index++) _databases[index] = new(StringComparer.Ordinal);
    }

    public long NowMillis { get; set; }

    public int Selected { get; set; }

    private SortedDictionary<string, Value> Current => Live(Selected);

    public IEnumerable<string> Names => Current.Keys;

    public string Get(string key) => Current.TryGetValue(key, out Value? value) ? $"\"{value.Text}\"" : "(nil)";

    public void Set(string key, string text, long lifeMillis) =>
        Current[key] = new Value(text, lifeMillis == 0 ? null : NowMillis + lifeMillis);

    public int Delete(params string[] keys) => keys.Count(Current.Remove);

    public int Exists(params string[] keys) => keys.Count(Current.ContainsKey);

    public string Type(string key) => Current.ContainsKey(key) ? "string" : "none";

    public string Rename(string key, string newKey)
    {
        if (!Current.Remove(key, out Value? value)) return "(error) ERR no such key";
        Current[newKey] = value;
        return "OK";
    }

    public string RenameIfFree(string key, string newKey)
    {
        if (!Current.ContainsKey(key)) return "(error) ERR no such key";
        if (Current.ContainsKey(newKey)) return "0";
        Rename(key, newKey);
        return "1";
    }

    public string Copy(string key, string newKey, int database, bool replaces)
    {
        if (database == Selected && key == newKey) return "(error) ERR source and destination objects are the same";
        if (!Current.TryGetValue(key, out Value? value)) return "0";
        if (!replaces && Live(database).ContainsKey(newKey)) return "0";
        Live(database)[newKey] = value;
        return "1";
    }

    public string Move(string key, int database)
    {
        if (database == Selected) return "(error) ERR source and destination objects are the same";
        if (!Current.TryGetValue(key, out Value? value) || Live(database).ContainsKey(key)) return "0";
        Current.Remove(key);
        Live(database)[key] = value;
        return "1";
    }

    public int Expire(string key, long deadline, string condition)
    {
        if (!Current.TryGetValue(key, out Value? value)) return 0;
        long old = value.Deadline ?? long.MaxValue;
        bool allowed = condition switch
        {
            "NX" => value.Deadline is null,
            "XX" => value.Deadline is not null,
            "GT" => deadline > old,
            "LT" => deadline < old,
            _ => true,
        };
        if (!allowed) return 0;
        Current[key] = value with { Deadline = deadline };
        return 1;
    }

    public int Persist(string key)
    {
        if (!Current.TryGetValue(key, out Value? value) || value.Deadline is null) return 0;
        Current[key] = value with { Deadline = null };
        return 1;
    }

    public long Deadline(string key) => Current.TryGetValue(key, out Value? value) ? value.Deadline ?? -1 : -2;

    public long MillisLeft(string key)
    {
        long deadline = Deadline(key);
        return deadline < 0 ? deadline : deadline - NowMillis;
    }

    public void Swap(int first, int second) =>
        (_databases[first], _databases[second]) = (_databases[second], _databases[first]);

    public void Flush(int database) => _databases[database].Clear();

    public string Append(string key, string text)
    {
        Value value = Current.TryGetValue(key, out Value? old) ? old : new Value("", null);
        Current[key] = value with { Text = value.Text + text };
        return Current[key].Text.Length.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A database without what has expired.</summary>
    private SortedDictionary<string, Value> Live(int database)
    {
        string[] expired =
        [
            .. _databases[database].Where(pair => pair.Value.Deadline <= NowMillis).Select(pair => pair.Key),
        ];
        foreach (string key in expired) _databases[database].Remove(key);
        return _databases[database];
    }

    private sealed record Value(string Text, long? Deadline);
}
