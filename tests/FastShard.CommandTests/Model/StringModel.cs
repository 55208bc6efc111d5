using System.Globalization;
using System.Text;
using FastShard.CommandTests.Harness;

namespace FastShard.CommandTests.Model;

/// <summary>
/// Strings and bitmaps the simple way: a dictionary of texts, one character a byte, and no thought of speed. Replies in
/// the form of <see cref="ReplyText"/>.
/// </summary>
internal sealed class StringModel
{
    private readonly Dictionary<string, (string Value, long Expiry)> _keys = [];
    private long _now;

    public StringModel(long nowMillis) => _now = nowMillis;

    public void Advance(long millis) => _now += millis;

    /// <summary>Milliseconds to live, -1, or -2.</summary>
    public long Ttl(string key) =>
        !Has(key) ? -2 : _keys[key].Expiry == 0 ? -1 : _keys[key].Expiry - _now;

    public string Apply(string[] words)
    {
        string key = words.Length > 1 ? words[1] : "";
        switch (words[0])
        {
            case "GET": return Bulk(Get(key));
            case "SET": return Set(key, words[2], words.Skip(3).ToArray());
            case "SETNX": return Has(key) ? "0" : Put(key, words[2], "1");
            case "GETSET": return Put(key, words[2], Bulk(Get(key)));
            case "GETDEL": return Remove(key, Bulk(Get(key)));
            case "GETEX": return GetEx(key, words.Skip(2).ToArray());
            case "DELIFEQ": return Get(key) == words[2] ? Remove(key, "1") : "0";
            case "STRLEN": return Text(Value(key).Length);
            case "APPEND": return Change(key, Value(key) + words[2], Text(Value(key).Length + words[2].Length));
            case "SETRANGE": return SetRange(key, Number(words[2]), words[3]);
            case "GETRANGE": return GetRange(key, Number(words[2]), Number(words[3]));
            case "INCRBY": return IncrBy(key, Number(words[2]));
            case "DECR": return IncrBy(key, -1);
            case "MGET": return List(words.Skip(1).Select(name => Bulk(Get(name))));
            case "MSET": return MSet(words, "OK");
            case "MSETNX": return words.Where((_, at) => at % 2 == 1).Any(Has) ? "0" : MSet(words, "1");
            default: return BitmapModel.Apply(this, words);
        }
    }

    /// <summary>The value, null without the key.</summary>
    public string? Get(string key) => Has(key) ? _keys[key].Value : null;

    /// <summary>The value, empty without the key.</summary>
    public string Value(string key) => Get(key) ?? "";

    /// <summary>Sets without touching the deadline.</summary>
    public string Change(string key, string value, string reply)
    {
        _keys[key] = (value, Has(key) ? _keys[key].Expiry : 0);
        return reply;
    }

    /// <summary>Sets, without a deadline.</summary>
    public string Put(string key, string value, string reply)
    {
        _keys[key] = (value, 0);
        return reply;
    }

    public string Remove(string key, string reply)
    {
        _keys.Remove(key);
        return reply;
    }

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    public static string List(IEnumerable<string> elements) => $"[{string.Join(", ", elements)}]";

    public static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>A range as clients give it, cut to a length; empty when the first is above the last.</summary>
    public static (long First, long Last) Clip(long start, long end, long length)
    {
        if (start < 0) start = Math.Max(0, start + length);
        if (end < 0) end = Math.Max(0, end + length);
        return (start, Math.Min(end, length - 1));
    }

    private bool Has(string key)
    {
        if (!_keys.TryGetValue(key, out (string Value, long Expiry) entry)) return false;
        if (entry.Expiry == 0 || entry.Expiry > _now) return true;
        _keys.Remove(key);
        return false;
    }

    private static string Bulk(string? value) =>
        value is null ? "(nil)" : ReplyText.Quoted(Encoding.Latin1.GetBytes(value));

    private string Set(string key, string value, string[] options)
    {
        bool has = Has(key);
        string reply = options.Contains("GET") ? Bulk(Get(key)) : "OK";
        if ((options.Contains("NX") && has) || (options.Contains("XX") && !has))
            return options.Contains("GET") ? reply : "(nil)";
        long expiry = has && options.Contains("KEEPTTL") ? _keys[key].Expiry : 0;
        _keys[key] = (value, Deadline(options) ?? expiry);
        return reply;
    }

    private string GetEx(string key, string[] options)
    {
        string reply = Bulk(Get(key));
        if (!Has(key)) return reply;
        if (Deadline(options) is { } deadline) _keys[key] = (_keys[key].Value, deadline);
        if (options.Contains("PERSIST")) _keys[key] = (_keys[key].Value, 0);
        return reply;
    }

    private long? Deadline(string[] options)
    {
        for (int at = 0; at + 1 < options.Length; at++)
        {
            if (options[at] == "EX") return _now + (1000 * Number(options[at + 1]));
            if (options[at] == "PX") return _now + Number(options[at + 1]);
            if (options[at] == "PXAT") return Number(options[at + 1]);
        }
        return null;
    }

    private string SetRange(string key, long offset, string value)
    {
        string before = Value(key);
        if (value.Length == 0) return Text(before.Length);
        string padded = before.PadRight((int)offset + value.Length, '\0');
        string after = padded[..(int)offset] + value + padded[((int)offset + value.Length)..];
        return Change(key, after, Text(after.Length));
    }

    private string GetRange(string key, long start, long end)
    {
        string value = Value(key);
        if (start < 0 && end < 0 && start > end) return Bulk("");
        (long first, long last) = Clip(start, end, value.Length);
        return Bulk(first > last ? "" : value[(int)first..(int)(last + 1)]);
    }

    private string IncrBy(string key, long increment)
    {
        string before = Get(key) ?? "0";
        const NumberStyles Style = NumberStyles.AllowLeadingSign;
        bool isNumber = long.TryParse(before, Style, CultureInfo.InvariantCulture, out long value)
            && Text(value) == before;
        if (!isNumber) return "(error) ERR value is not an integer or out of range";
        Int128 sum = (Int128)value + increment;
        if (sum != (long)sum) return "(error) ERR increment or decrement would overflow";
        return Change(key, Text((long)sum), Text((long)sum));
    }

    private string MSet(string[] words, string reply)
    {
        for (int at = 1; at < words.Length; at += 2) Put(words[at], words[at + 1], reply);
        return reply;
    }
}
