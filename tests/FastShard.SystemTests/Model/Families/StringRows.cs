using System.Globalization;

namespace FastShard.SystemTests.Model.Families;

internal static class StringRows
{
    public static readonly ModelCommand[] All =
    [
        new("GET", static draw => [draw.Key()],
            static call => call.With<string>(call[1], ReplyText.Bulk), IsRead: true),
        new("SET", static draw => [draw.Key(), draw.Value(), .. SetOptions(draw)], Set),
        new("SETNX", static draw => [draw.Key(), draw.Value()],
            static call => call.Find(call[1]) is null ? call.Put(call[1], call[2], ":1") : ":0"),
        new("SETEX", static draw => [draw.Key(), draw.Small(-1, 0), draw.Value()],
            static call => "-ERR invalid expire time in 'setex' command"),
        new("GETSET", static draw => [draw.Key(), draw.Value()],
            static call => call.With<string>(call[1], old => call.Put(call[1], call[2], ReplyText.Bulk(old)))),
        new("GETDEL", static draw => [draw.Key()],
            static call => call.With<string>(call[1], old => call.Remove(call[1], ReplyText.Bulk(old)))),
        new("GETEX", static draw => [draw.Key(), .. ExpiryOptions(draw)],
            static call => call.With<string>(call[1], old => GetEx(call, old))),
        new("MGET", static draw => draw.Keys(6),
            static call => ReplyText.Bulks(call.Words[1..].Select(key => call.Find(key)?.Value as string)!),
            IsRead: true),
        new("MSET", static draw => draw.Pairs(6, draw.Key, draw.Value), static call => PutAll(call, ReplyText.Ok)),
        new("MSETNX", static draw => draw.Pairs(3, draw.Key, draw.Value),
            static call => Keys(call).Any(key => call.Find(key) is not null) ? ":0" : PutAll(call, ":1")),
        new("APPEND", static draw => [draw.Key(), draw.Value()],
            static call => call.With<string>(call[1], old => Store(call, old + call[2]))),
        new("STRLEN", static draw => [draw.Key()],
            static call => call.With<string>(call[1], value => ReplyText.Integer(value?.Length ?? 0)), IsRead: true),
        new("SETRANGE", static draw => [draw.Key(), draw.Small(0, 60), draw.Value()],
            static call => call.With<string>(call[1], old => SetRange(call, old ?? ""))),
        new("GETRANGE", static draw => [draw.Key(), draw.Small(-30, 30), draw.Small(-30, 30)],
            static call => call.With<string>(call[1], value => GetRange(call, value ?? "")), IsRead: true),
        new("INCR", static draw => [draw.Key()], static call => Add(call, 1)),
        new("DECR", static draw => [draw.Key()], static call => Add(call, -1)),
        new("INCRBY", static draw => [draw.Key(), draw.Number()], static call => Add(call, call.Number(2))),
        new("DECRBY", static draw => [draw.Key(), draw.Small(-9, 9)], static call => Add(call, -call.Number(2))),
        new("INCRBYFLOAT", static draw => [draw.Key() + ":float", draw.Of("0.5", "-2.5", "3", "10.25")],
            AddFloat),
    ];

    public static string[] ExpiryOptions(Draw draw) => draw.Below(4) switch
    {
        0 => ["PXAT", draw.Deadline()],
        1 => ["EXAT", Seconds(draw)],
        2 => ["PERSIST"],
        _ => [],
    };

    private static string[] SetOptions(Draw draw)
    {
        string[] condition = draw.Of<string[]>([], [], ["NX"], ["XX"]);
        string[] get = draw.Chance(20) ? ["GET"] : [];
        string[] expiry = draw.Below(5) switch
        {
            0 => ["PXAT", draw.Deadline()],
            1 => ["EXAT", Seconds(draw)],
            2 => ["KEEPTTL"],
            _ => [],
        };
        return [.. condition, .. get, .. expiry];
    }

    private static string Seconds(Draw draw)
    {
        string millis = draw.Deadline();
        return millis.Length > 3 ? millis[..^3] : millis;
    }

    private static string Set(ModelCall call)
    {
        ModelEntry? old = call.Find(call[1]);
        bool isGet = Has(call, "GET");
        if (isGet && old is not null && old.Value is not string) return ReplyText.WrongType;
        string reply = isGet ? ReplyText.Bulk(old?.Value as string) : ReplyText.Ok;
        if ((Has(call, "NX") && old is not null) || (Has(call, "XX") && old is null))
            return isGet ? reply : ReplyText.Null;
        long kept = Has(call, "KEEPTTL") ? old?.Deadline ?? 0 : 0;
        return call.Put(call[1], call[2], reply, DeadlineOf(call, first: 3) ?? kept);
    }

    private static string GetEx(ModelCall call, string? old)
    {
        if (old is null) return ReplyText.Null;
        long? deadline = Array.IndexOf(call.Words, "PERSIST", 2) > 0 ? 0 : DeadlineOf(call, first: 2);
        return deadline is null ? ReplyText.Bulk(old) : call.Put(call[1], old, ReplyText.Bulk(old), deadline.Value);
    }

    private static bool Has(ModelCall call, string option) => Array.IndexOf(call.Words, option, 3) > 0;

    private static long? DeadlineOf(ModelCall call, int first)
    {
        for (int at = first; at + 1 < call.Count; at++)
        {
            if (call[at] == "PXAT") return call.Number(at + 1);
            if (call[at] == "EXAT") return call.Number(at + 1) * 1000;
        }
        return null;
    }

    private static IEnumerable<string> Keys(ModelCall call) => call.Words.Where(static (_, at) => at % 2 == 1);

    private static string PutAll(ModelCall call, string reply)
    {
        for (int at = 1; at < call.Count; at += 2) call.Put(call[at], call[at + 1], reply);
        return reply;
    }

    private static string Store(ModelCall call, string value) =>
        call.Change(call[1], value, ReplyText.Integer(value.Length));

    private static string SetRange(ModelCall call, string old)
    {
        int offset = (int)call.Number(2);
        string part = call[3];
        if (part.Length == 0) return ReplyText.Integer(old.Length);
        string padded = old.PadRight(offset + part.Length, '\0');
        return Store(call, padded[..offset] + part + padded[(offset + part.Length)..]);
    }

    private static string GetRange(ModelCall call, string value)
    {
        (long start, long end) = (call.Number(2), call.Number(3));
        if (start < 0 && end < 0 && start > end) return ReplyText.Bulk("");
        if (start < 0) start = Math.Max(0, start + value.Length);
        if (end < 0) end = Math.Max(0, end + value.Length);
        end = Math.Min(end, value.Length - 1);
        return ReplyText.Bulk(start > end ? "" : value[(int)start..(int)(end + 1)]);
    }

    private static string Add(ModelCall call, long increment) => call.With<string>(call[1], old =>
    {
        if (!TryParse(old ?? "0", out long value)) return ReplyText.NotAnInteger;
        Int128 sum = (Int128)value + increment;
        return sum == (long)sum
            ? call.Change(call[1], sum.ToString(CultureInfo.InvariantCulture), ReplyText.Integer((long)sum))
            : "-ERR increment or decrement would overflow";
    });

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
        && number.ToString(CultureInfo.InvariantCulture) == text;

    // On keys of its own, where only such sums are stored: how a server rounds what has more digits is its own affair.
    private static string AddFloat(ModelCall call) => call.With<string>(call[1], old =>
    {
        decimal sum = decimal.Parse(old ?? "0", CultureInfo.InvariantCulture);
        sum += decimal.Parse(call[2], CultureInfo.InvariantCulture);
        string text = sum.ToString("0.##########", CultureInfo.InvariantCulture);
        return call.Change(call[1], text, ReplyText.Bulk(text));
    });
}
