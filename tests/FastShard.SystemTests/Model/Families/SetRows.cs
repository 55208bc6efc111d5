namespace FastShard.SystemTests.Model.Families;

internal static class SetRows
{
    public static readonly ModelCommand[] All =
    [
        new("SADD", static draw => [draw.Key(), .. draw.Many(6, draw.Member)],
            static call => Changing(call, set => call.Words[2..].Count(set.Add))),
        new("SADD", static draw => [draw.Key(), .. draw.Many(6, () => draw.Small(0, 600))],
            static call => Changing(call, set => call.Words[2..].Count(set.Add))),
        new("SREM", static draw => [draw.Key(), .. draw.Many(4, draw.Member)],
            static call => Changing(call, set => call.Words[2..].Count(set.Remove))),
        new("SCARD", static draw => [draw.Key()],
            static call => call.With<HashSet<string>>(call[1], set => ReplyText.Integer(set?.Count ?? 0)),
            IsRead: true),
        new("SISMEMBER", static draw => [draw.Key(), draw.Member()],
            static call => call.With<HashSet<string>>(call[1], set => ReplyText.Bool(set?.Contains(call[2]) == true)),
            IsRead: true),
        new("SMEMBERS", static draw => [draw.Key()],
            static call => call.With<HashSet<string>>(call[1], static set => Members(set ?? [])), IsRead: true,
            Order: ReplyOrder.Any),
        new("SMOVE", static draw => [draw.Key(), draw.Key(), draw.Member()], Move),
        .. Joining("SUNION", static (left, right) => left.UnionWith(right)),
        .. Joining("SINTER", static (left, right) => left.IntersectWith(right)),
        .. Joining("SDIFF", static (left, right) => left.ExceptWith(right)),
    ];

    private static string Members(IEnumerable<string> set) => ReplyText.Sorted(set.Select(ReplyText.Bulk));

    private static string Changing(ModelCall call, Func<HashSet<string>, long> change) =>
        call.Changing<HashSet<string>>(call[1], static set => set.Count, set => ReplyText.Integer(change(set)));

    private static string Move(ModelCall call) => call.With<HashSet<string>>(call[1], source =>
    {
        if (source is null) return ":0";
        if (call.Find(call[2]) is { Value: not HashSet<string> }) return ReplyText.WrongType;
        if (!source.Contains(call[3])) return ":0";
        if (call[1] == call[2]) return ":1";
        source.Remove(call[3]);
        if (source.Count == 0) call.Database.Remove(call[1]);
        return call.Changing<HashSet<string>>(call[2], static set => set.Count, target =>
        {
            target.Add(call[3]);
            return ":1";
        });
    });

    private static ModelCommand[] Joining(string name, Action<HashSet<string>, HashSet<string>> join) =>
    [
        new(name, static draw => draw.Keys(3),
            call => Join(call, 1, join) is { } result ? Members(result) : ReplyText.WrongType, IsRead: true,
            Order: ReplyOrder.Any),
        new(name + "STORE", static draw => [draw.Key(), .. draw.Keys(3)], call => Join(call, 2, join) switch
        {
            null => ReplyText.WrongType,
            { Count: 0 } => call.Remove(call[1], ":0"),
            { } result => call.Put(call[1], result, ReplyText.Integer(result.Count)),
        }),
    ];

    private static HashSet<string>? Join(ModelCall call, int first, Action<HashSet<string>, HashSet<string>> join)
    {
        object?[] sources = [.. call.Words[first..].Select(key => call.Find(key)?.Value)];
        if (sources.Any(static source => source is not null and not HashSet<string>)) return null;
        HashSet<string> result = [.. (HashSet<string>?)sources[0] ?? []];
        foreach (object? source in sources[1..]) join(result, (HashSet<string>?)source ?? []);
        return result;
    }
}
