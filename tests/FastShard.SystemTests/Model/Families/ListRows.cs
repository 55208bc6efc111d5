namespace FastShard.SystemTests.Model.Families;

internal static class ListRows
{
    public static readonly ModelCommand[] All =
    [
        new("LPUSH", static draw => [draw.Key(), .. draw.Many(5, draw.Member)],
            static call => Push(call, atHead: true)),
        new("RPUSH", static draw => [draw.Key(), .. draw.Many(5, draw.Value)],
            static call => Push(call, atHead: false)),
        new("RPUSHX", static draw => [draw.Key(), draw.Member()],
            static call => call.Find(call[1]) is null ? ":0" : Push(call, atHead: false)),
        new("LPOP", static draw => [draw.Key(), .. Count(draw)], static call => Pop(call, atHead: true)),
        new("RPOP", static draw => [draw.Key(), .. Count(draw)], static call => Pop(call, atHead: false)),
        new("LLEN", static draw => [draw.Key()],
            static call => call.With<List<string>>(call[1], list => ReplyText.Integer(list?.Count ?? 0)), IsRead: true),
        new("LRANGE", static draw => [draw.Key(), draw.Small(-9, 9), draw.Small(-9, 9)],
            static call => call.With<List<string>>(call[1], list => ReplyText.Bulks(Range(call, list ?? []))),
            IsRead: true),
        new("LINDEX", static draw => [draw.Key(), draw.Small(-6, 6)],
            static call => call.With<List<string>>(call[1], list => ReplyText.Bulk(
                At(call.Number(2), list) is { } at ? list![at] : null)), IsRead: true),
        new("LSET", static draw => [draw.Key(), draw.Small(-5, 5), draw.Member()],
            static call => call.With<List<string>>(call[1], list => Set(call, list))),
        new("LINSERT", static draw => [draw.Key(), draw.Of("BEFORE", "AFTER"), draw.Member(), draw.Member()],
            static call => call.With<List<string>>(call[1], list => Insert(call, list))),
        new("LREM", static draw => [draw.Key(), draw.Small(-2, 2), draw.Member()],
            static call => call.Changing<List<string>>(call[1], static list => list.Count, list => Remove(call, list))),
        new("LTRIM", static draw => [draw.Key(), draw.Small(-9, 3), draw.Small(-3, 12)],
            static call => call.Changing<List<string>>(call[1], static list => list.Count, list => Trim(call, list))),
        new("LMOVE", static draw => [draw.Key(), draw.Key(), draw.Of("LEFT", "RIGHT"), draw.Of("LEFT", "RIGHT")], Move),
    ];

    private static string[] Count(Draw draw) => draw.Chance(30) ? [draw.Small(0, 4)] : [];

    private static string Push(ModelCall call, bool atHead) =>
        call.Changing<List<string>>(call[1], static list => list.Count, list =>
        {
            foreach (string element in call.Words[2..]) list.Insert(atHead ? 0 : list.Count, element);
            return ReplyText.Integer(list.Count);
        });

    private static string Pop(ModelCall call, bool atHead) =>
        call.Changing<List<string>>(call[1], static list => list.Count, list =>
        {
            if (list.Count == 0) return ReplyText.Null;
            if (call.Count == 2) return ReplyText.Bulk(Take(list, atHead));
            var taken = new List<string>();
            for (long left = Math.Min(call.Number(2), list.Count); left > 0; left--) taken.Add(Take(list, atHead));
            return ReplyText.Bulks(taken);
        });

    private static string Take(List<string> list, bool atHead)
    {
        int at = atHead ? 0 : list.Count - 1;
        string element = list[at];
        list.RemoveAt(at);
        return element;
    }

    private static int? At(long index, List<string>? list)
    {
        int count = list?.Count ?? 0;
        long at = index < 0 ? index + count : index;
        return at >= 0 && at < count ? (int)at : null;
    }

    private static List<string> Range(ModelCall call, List<string> list)
    {
        (long first, long last) = (call.Number(2), call.Number(3));
        if (first < 0) first = Math.Max(0, first + list.Count);
        if (last < 0) last += list.Count;
        last = Math.Min(last, list.Count - 1);
        return first > last ? [] : list[(int)first..(int)(last + 1)];
    }

    private static string Set(ModelCall call, List<string>? list)
    {
        if (list is null) return ReplyText.NoSuchKey;
        if (At(call.Number(2), list) is not { } at) return "-ERR index out of range";
        list[at] = call[3];
        return ReplyText.Ok;
    }

    private static string Insert(ModelCall call, List<string>? list)
    {
        if (list is null) return ":0";
        int at = list.IndexOf(call[3]);
        if (at < 0) return ":-1";
        list.Insert(call[2] == "BEFORE" ? at : at + 1, call[4]);
        return ReplyText.Integer(list.Count);
    }

    private static string Remove(ModelCall call, List<string> list)
    {
        long limit = call.Number(2) == 0 ? long.MaxValue : Math.Abs(call.Number(2));
        long removed = 0;
        bool fromTail = call.Number(2) < 0;
        while (removed < limit)
        {
            int at = fromTail ? list.LastIndexOf(call[3]) : list.IndexOf(call[3]);
            if (at < 0) break;
            list.RemoveAt(at);
            removed++;
        }
        return ReplyText.Integer(removed);
    }

    private static string Trim(ModelCall call, List<string> list)
    {
        List<string> kept = Range(call, list);
        list.Clear();
        list.AddRange(kept);
        return ReplyText.Ok;
    }

    private static string Move(ModelCall call) => call.With<List<string>>(call[1], source =>
    {
        if (source is null) return ReplyText.Null;
        if (call.Find(call[2]) is { Value: not List<string> }) return ReplyText.WrongType;
        string element = Take(source, call[3] == "LEFT");
        call.Changing<List<string>>(call[2], static list => list.Count, target =>
        {
            target.Insert(call[4] == "LEFT" ? 0 : target.Count, element);
            return "";
        });
        if (source.Count == 0) call.Database.Remove(call[1]);
        return ReplyText.Bulk(element);
    });
}
