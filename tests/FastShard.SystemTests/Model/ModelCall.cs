using System.Globalization;

namespace FastShard.SystemTests.Model;

/// <summary>A command that the model is to carry out, and what it may touch.</summary>
internal sealed class ModelCall(ServerModel model, ModelSession session, string[] words)
{
    public string this[int index] => words[index];

    public string[] Words => words;

    public int Count => words.Length;

    public ServerModel Model => model;

    public ModelSession Session => session;

    public Dictionary<string, ModelEntry> Database => model.Databases[session.Database];

    public long Number(int index) => long.Parse(words[index], CultureInfo.InvariantCulture);

    public bool Has(string option) => Array.IndexOf(words, option, 2) >= 0;

    /// <summary>The word behind an option; null without the option.</summary>
    public string? After(string option)
    {
        int at = Array.IndexOf(words, option, 2);
        return at < 0 || at + 1 == words.Length ? null : words[at + 1];
    }

    public ModelEntry? Find(string key) => Database.GetValueOrDefault(key);

    /// <summary>
    /// The answer of a command about a value of one type: its value (null without the key) goes to
    /// <paramref name="answer"/>, a value of another type is an error.
    /// </summary>
    public string With<T>(string key, Func<T?, string> answer)
        where T : class
    {
        ModelEntry? entry = Find(key);
        return entry is not null && entry.Value is not T ? ReplyText.WrongType : answer((T?)entry?.Value);
    }

    /// <summary>The same for a collection that is changed: made when missing, removed when empty afterwards.</summary>
    public string Changing<T>(string key, Func<T, int> count, Func<T, string> change)
        where T : class, new()
    {
        ModelEntry? entry = Find(key);
        if (entry is not null && entry.Value is not T) return ReplyText.WrongType;
        var value = (T?)entry?.Value ?? new T();
        string reply = change(value);
        if (count(value) == 0) Database.Remove(key);
        else if (entry is null) Database[key] = new ModelEntry(value, 0);
        return reply;
    }

    /// <summary>A new value; a deadline goes.</summary>
    public string Put(string key, object value, string reply, long deadline = 0)
    {
        if (deadline is > 0 and < ServerModel.LongAgoMillis) Database.Remove(key);
        else Database[key] = new ModelEntry(value, deadline);
        return reply;
    }

    /// <summary>A changed value; a deadline stays.</summary>
    public string Change(string key, object value, string reply) =>
        Put(key, value, reply, Find(key)?.Deadline ?? 0);

    public string Remove(string key, string reply)
    {
        Database.Remove(key);
        return reply;
    }
}
