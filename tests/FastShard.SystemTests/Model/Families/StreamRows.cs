namespace FastShard.SystemTests.Model.Families;

/// <summary>Streams with ids that the test chooses, mostly rising.</summary>
internal static class StreamRows
{
    private const string Family = "s";
    private const string TooSmall =
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item";

    private const string Zero = "-ERR The ID specified in XADD must be greater than 0-0";

    public static readonly ModelCommand[] All =
    [
        .. Enumerable.Repeat(
            new ModelCommand("XADD", static draw =>
            [
                Key(draw), .. draw.Of<string[]>([], [], ["NOMKSTREAM"]), .. draw.Chance(20) ? Limit(draw) : [],
                NewId(draw), .. draw.Pairs(3, draw.Member, draw.Member),
            ], Add), 4),
        new("XLEN", static draw => [Key(draw)],
            static call => With(call, static stream => ReplyText.Integer(stream.Entries.Count)), IsRead: true),
        new("XRANGE", static draw => [Key(draw), From(draw), To(draw), .. Count(draw)],
            static call => With(call, stream => Entries(Range(call, stream, 2, 3))), IsRead: true),
        new("XREVRANGE", static draw => [Key(draw), To(draw), From(draw), .. Count(draw)],
            static call => With(call, stream => Entries(Range(call, stream, 3, 2))), IsRead: true),
        new("XDEL", static draw => [Key(draw), .. draw.Many(4, () => OldId(draw))],
            static call => With(call, stream => ReplyText.Integer(
                call.Words[2..].Count(id => stream.Entries.Remove(ModelId.Parse(id)))))),
        new("XTRIM", static draw => [Key(draw), .. Limit(draw)],
            static call => With(call, stream => ReplyText.Integer(Trim(call, stream)))),
        new("XREAD", static draw => [.. Count(draw), "STREAMS", Key(draw), OldId(draw)], Read, IsRead: true,
            Order: ReplyOrder.Flat),
        new("COPY", static draw => [draw.KeyFor(Family), draw.KeyFor(Family), "REPLACE"], None),
        new("RENAME", static draw => [draw.KeyFor(Family), draw.KeyFor(Family)], None),
    ];

    public static string Key(Draw draw) => draw.Chance(90) ? draw.KeyFor(Family) : draw.Key();

    public static string OldId(Draw draw) => $"{Math.Max(0, draw.Rising() - draw.Below(60))}-{draw.Below(2)}";

    public static string[] Count(Draw draw) => draw.Chance(50) ? ["COUNT", draw.Small(1, 8)] : [];

    public static string Entries(IEnumerable<KeyValuePair<ModelId, string[]>> entries) =>
        ReplyText.Array(entries.Select(static pair => Entry(pair.Key, pair.Value)));

    public static string Entry(ModelId id, string[]? fields) => ReplyText.Array(
        [ReplyText.Bulk(id.ToString()), fields is null ? ReplyText.Null : ReplyText.Bulks(fields)]);

    public static int CountOf(ModelCall call) =>
        Array.IndexOf(call.Words, "COUNT") is var at and > 0 ? (int)call.Number(at + 1) : int.MaxValue;

    // What the keys' own row of this name does is done: names are looked up, and theirs come first.
    private static string None(ModelCall call) => throw new ModelMismatchException($"{call[0]} has a row elsewhere");

    private static string NewId(Draw draw) => $"{draw.Rising()}-{draw.Of("0", "1", "*", "*")}";

    private static string[] Limit(Draw draw) => draw.Below(3) switch
    {
        0 => ["MAXLEN", draw.Small(0, 30)],
        1 => ["MAXLEN", "=", draw.Small(0, 150)],
        _ => ["MINID", OldId(draw)],
    };

    private static string From(Draw draw) => draw.Of("-", OldId(draw), Outside(draw), "7");

    private static string To(Draw draw) => draw.Of("+", OldId(draw), Outside(draw), "100");

    // Nothing comes before the first id.
    private static string Outside(Draw draw) => $"({Math.Max(1, draw.Rising() - draw.Below(60))}-0";

    private static string With(ModelCall call, Func<ModelStream, string> answer) =>
        call.With<ModelStream>(call[1], stream => answer(stream ?? new ModelStream()));

    private static string Add(ModelCall call)
    {
        // Nothing that is drawn contains what an option is called.
        int at = call[2] == "NOMKSTREAM" ? 3 : 2;
        if (call[at] is "MAXLEN" or "MINID") at += call[at + 1] == "=" ? 3 : 2;
        return call[at] == "0-0" ? Zero : call.With<ModelStream>(call[1], stream => Add(call, stream, at));
    }

    private static string Add(ModelCall call, ModelStream? stream, int at)
    {
        if (stream is null && call[2] == "NOMKSTREAM") return ReplyText.Null;
        stream ??= new ModelStream();
        if (IdOf(call[at], stream.LastId) is not { } id) return TooSmall;
        stream.Entries[id] = call.Words[(at + 1)..];
        stream.LastId = id;
        Trim(call, stream);
        return call.Change(call[1], stream, ReplyText.Bulk(id.ToString()));
    }

    private static ModelId? IdOf(string text, ModelId last)
    {
        if (!text.EndsWith('*'))
        {
            ModelId given = ModelId.Parse(text);
            return given.CompareTo(last) > 0 ? given : null;
        }
        long millis = long.Parse(text[..^2]);
        if (millis < last.Millis) return null;
        return new ModelId(millis, millis == last.Millis ? last.Sequence + 1 : 0);
    }

    private static int Trim(ModelCall call, ModelStream stream)
    {
        int at = Array.FindIndex(call.Words, 2, static word => word is "MAXLEN" or "MINID");
        if (at < 0) return 0;
        string limit = call[at + 1] == "=" ? call[at + 2] : call[at + 1];
        if (call[at] == "MAXLEN") return stream.TrimWhile(_ => stream.Entries.Count > long.Parse(limit));
        return stream.TrimWhile(id => id.CompareTo(ModelId.Parse(limit)) < 0);
    }

    private static IEnumerable<KeyValuePair<ModelId, string[]>> Range(
        ModelCall call, ModelStream stream, int from, int to)
    {
        (ModelId first, bool isFirstOut) = Bound(call[from], 0);
        (ModelId last, bool isLastOut) = Bound(call[to], long.MaxValue);
        IEnumerable<KeyValuePair<ModelId, string[]>> found = stream.Entries.Where(pair =>
            pair.Key.CompareTo(first) >= (isFirstOut ? 1 : 0) && pair.Key.CompareTo(last) <= (isLastOut ? -1 : 0));
        return (from > to ? found.Reverse() : found).Take(CountOf(call));
    }

    private static (ModelId Id, bool IsOut) Bound(string text, long sequence) => text switch
    {
        "-" => (default, false),
        "+" => (ModelId.Max, false),
        ['(', .. string id] => (ModelId.Parse(id, sequence), true),
        _ => (ModelId.Parse(text, sequence), false),
    };

    private static string Read(ModelCall call)
    {
        string key = call[call.Count - 2];
        return call.With<ModelStream>(key, stream =>
        {
            string[] found =
            [
                .. (stream ?? new ModelStream()).After(ModelId.Parse(call[call.Count - 1])).Take(CountOf(call))
                    .SelectMany(static pair => new[] { pair.Key.ToString() }.Concat(pair.Value)),
            ];
            return found.Length == 0 ? ReplyText.Null : ReplyText.Bulks([key, .. found]);
        });
    }
}
