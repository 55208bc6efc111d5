namespace FastShard.SystemTests.Model.Families;

/// <summary>Fields of hashes that have deadlines: far away, or passed already.</summary>
internal static class HashExpiryRows
{
    /// <summary>The hashes of this family: nothing else is kept there.</summary>
    public const string Family = "h";

    private const int NoField = -2;

    public static readonly ModelCommand[] All =
    [
        new("HPEXPIREAT", static draw => [Key(draw), draw.Deadline(), .. Condition(draw), .. Fields(draw)], Expire),
        new("HEXPIREAT", static draw => [Key(draw), draw.FarDeadline()[..^3], .. Condition(draw), .. Fields(draw)],
            Expire),
        new("HPERSIST", static draw => [Key(draw), .. Fields(draw)], static call => Each(call, Persist)),
        new("HPEXPIRETIME", static draw => [Key(draw), .. Fields(draw)],
            static call => Each(call, static (hash, field) => hash.DeadlineOf(field) switch
            {
                null => NoField,
                0 => -1,
                { } deadline => deadline,
            }), IsRead: true),
        new("HSETEX", static draw =>
            [
                Key(draw), .. draw.Of<string[]>([], ["FNX"], ["FXX"]),
                .. draw.Of<string[]>([], ["KEEPTTL"], ["PXAT", draw.FarDeadline()]), .. FieldPairs(draw),
            ], SetEx),
        new("HGETEX", static draw =>
            [Key(draw), .. draw.Of<string[]>([], ["PERSIST"], ["PXAT", draw.FarDeadline()]), .. Fields(draw)], GetEx),
        new("HGETDEL", static draw => [Key(draw), .. Fields(draw)], static call => Changing(call, hash =>
            ReplyText.Bulks(FieldsOf(call).Select(field =>
            {
                string? value = hash.GetValueOrDefault(field);
                hash.Remove(field);
                return value;
            }).ToList()!))),
        new("HSET", static draw => [draw.KeyFor(Family), .. draw.Pairs(6, draw.Member, draw.Member)], None),
        new("HINCRBY", static draw => [draw.KeyFor(Family), draw.Member(), draw.Small(-9, 9)], None),
        new("HDEL", static draw => [draw.KeyFor(Family), .. draw.Many(3, draw.Member)], None),
        new("HGETALL", static draw => [draw.KeyFor(Family)], None),
        new("HLEN", static draw => [draw.KeyFor(Family)], None),
        new("COPY", static draw => [draw.KeyFor(Family), draw.KeyFor(Family), "REPLACE"], None),
    ];

    private static string Key(Draw draw) => draw.Chance(75) ? draw.KeyFor(Family) : draw.Key();

    // What another family's row of this name does is done: names are looked up, and theirs come first.
    private static string None(ModelCall call) => throw new ModelMismatchException($"{call[0]} has a row elsewhere");

    private static string[] Condition(Draw draw) => draw.Of<string[]>([], [], ["NX"], ["XX"], ["GT"], ["LT"]);

    private static string[] Fields(Draw draw)
    {
        string[] fields = draw.Many(3, draw.Member);
        return ["FIELDS", $"{fields.Length}", .. fields];
    }

    private static string[] FieldPairs(Draw draw)
    {
        string[] pairs = draw.Pairs(3, draw.Member, draw.Member);
        return ["FIELDS", $"{pairs.Length / 2}", .. pairs];
    }

    private static string[] FieldsOf(ModelCall call) => call.Words[(Array.IndexOf(call.Words, "FIELDS", 2) + 2)..];

    private static string Changing(ModelCall call, Func<ModelHash, string> change) =>
        call.Changing(call[1], static hash => hash.Count, change);

    private static string Each(ModelCall call, Func<ModelHash, string, long> answer) => Changing(call, hash =>
        ReplyText.Array(FieldsOf(call).Select(field => ReplyText.Integer(answer(hash, field))).ToList()));

    private static string Expire(ModelCall call)
    {
        long deadline = call.Number(2) * (call[0] == "HEXPIREAT" ? 1000 : 1);
        string condition = call[3] == "FIELDS" ? "" : call[3];
        return Each(call, (hash, field) => Expire(hash, field, deadline, condition));
    }

    private static long Expire(ModelHash hash, string field, long deadline, string condition)
    {
        if (hash.DeadlineOf(field) is not { } old) return NoField;
        bool isAllowed = condition switch
        {
            "NX" => old == 0,
            "XX" => old != 0,
            "GT" => old != 0 && deadline > old,
            "LT" => old == 0 || deadline < old,
            _ => true,
        };
        if (!isAllowed) return 0;
        hash.SetDeadline(field, deadline);
        if (deadline >= ServerModel.LongAgoMillis) return 1;
        hash.Remove(field);
        return 2;
    }

    private static long Persist(ModelHash hash, string field)
    {
        if (hash.DeadlineOf(field) is not { } old) return NoField;
        hash.SetDeadline(field, 0);
        return old == 0 ? -1 : 1;
    }

    private static string SetEx(ModelCall call) => Changing(call, hash =>
    {
        string[] pairs = FieldsOf(call);
        string[] fields = [.. pairs.Where(static (_, at) => at % 2 == 0)];
        if (call.Has("FNX") && Array.Exists(fields, hash.ContainsKey)) return ":0";
        if (call.Has("FXX") && !Array.TrueForAll(fields, hash.ContainsKey)) return ":0";
        for (int at = 0; at < pairs.Length; at += 2)
        {
            if (call.Has("KEEPTTL")) hash.Change(pairs[at], pairs[at + 1]);
            else hash[pairs[at]] = pairs[at + 1];
            if (call.After("PXAT") is { } deadline) hash.SetDeadline(pairs[at], long.Parse(deadline));
        }
        return ":1";
    });

    private static string GetEx(ModelCall call) => Changing(call, hash =>
        ReplyText.Bulks(FieldsOf(call).Select(field =>
        {
            string? value = hash.GetValueOrDefault(field);
            if (value is null) return null;
            if (call.Has("PERSIST")) hash.SetDeadline(field, 0);
            if (call.After("PXAT") is { } deadline) hash.SetDeadline(field, long.Parse(deadline));
            return value;
        }).ToList()!));
}
