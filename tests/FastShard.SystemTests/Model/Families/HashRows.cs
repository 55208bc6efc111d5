using System.Globalization;

namespace FastShard.SystemTests.Model.Families;

internal static class HashRows
{
    public static readonly ModelCommand[] All =
    [
        new("HSET", static draw => [draw.Key(), .. draw.Pairs(5, draw.Member, draw.Member)], Set),
        new("HSET", static draw => [draw.Key(), draw.Member(), draw.Value()], Set),
        new("HSETNX", static draw => [draw.Key(), draw.Member(), draw.Value()],
            static call => Changing(call, hash => ReplyText.Bool(hash.TryAdd(call[2], call[3])))),
        new("HDEL", static draw => [draw.Key(), .. draw.Many(5, draw.Member)],
            static call => Changing(call, hash => ReplyText.Integer(call.Words[2..].Count(hash.Remove)))),
        new("HINCRBY", static draw => [draw.Key(), draw.Member(), draw.Small(-9, 9)],
            static call => Changing(call, hash => Add(call, hash))),
        new("HGET", static draw => [draw.Key(), draw.Member()],
            static call => With(call, hash => ReplyText.Bulk(hash.GetValueOrDefault(call[2]))), IsRead: true),
        new("HMGET", static draw => [draw.Key(), .. draw.Many(4, draw.Member)],
            static call => With(call, hash => ReplyText.Array(
                call.Words[2..].Select(field => ReplyText.Bulk(hash.GetValueOrDefault(field))))), IsRead: true),
        new("HEXISTS", static draw => [draw.Key(), draw.Member()],
            static call => With(call, hash => ReplyText.Bool(hash.ContainsKey(call[2]))), IsRead: true),
        new("HSTRLEN", static draw => [draw.Key(), draw.Member()],
            static call => With(call, hash => ReplyText.Integer((hash.GetValueOrDefault(call[2]) ?? "").Length)),
            IsRead: true),
        new("HLEN", static draw => [draw.Key()],
            static call => With(call, static hash => ReplyText.Integer(hash.Count)), IsRead: true),
        new("HGETALL", static draw => [draw.Key()], static call => With(call, Pairs), IsRead: true,
            Order: ReplyOrder.AnyPairs),
        new("HKEYS", static draw => [draw.Key()],
            static call => With(call, static hash => ReplyText.Sorted(hash.Keys.Select(ReplyText.Bulk))), IsRead: true,
            Order: ReplyOrder.Any),
    ];

    public static string Pairs(ModelHash hash) =>
        ReplyText.SortedPairs(
            hash.Pairs.Select(static pair => (ReplyText.Bulk(pair.Field), ReplyText.Bulk(pair.Value))));

    private static string With(ModelCall call, Func<ModelHash, string> answer) =>
        call.With<ModelHash>(call[1], hash => answer(hash ?? new ModelHash()));

    private static string Changing(ModelCall call, Func<ModelHash, string> change) =>
        call.Changing(call[1], static hash => hash.Count, change);

    private static string Set(ModelCall call) => Changing(call, hash =>
    {
        int before = hash.Count;
        for (int at = 2; at < call.Count; at += 2) hash[call[at]] = call[at + 1];
        return ReplyText.Integer(hash.Count - before);
    });

    private static string Add(ModelCall call, ModelHash hash)
    {
        string old = hash.GetValueOrDefault(call[2]) ?? "0";
        bool isNumber = long.TryParse(old, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            && value.ToString(CultureInfo.InvariantCulture) == old;
        if (!isNumber) return "-ERR hash value is not an integer";
        long? sum = value > long.MaxValue - 100 || value < long.MinValue + 100 ? null : value + call.Number(3);
        if (sum is null) return "-ERR increment or decrement would overflow";
        hash.Change(call[2], sum.Value.ToString(CultureInfo.InvariantCulture));
        return ReplyText.Integer(sum.Value);
    }
}
