using System.Globalization;

namespace FastShard.SystemTests.Model.Families;

internal static class SortedSetRows
{
    public static readonly ModelCommand[] All =
    [
        new("ZADD", static draw => [draw.Key(), .. AddOptions(draw), .. draw.Pairs(5, () => Score(draw), draw.Member)],
            Add),
        new("ZREM", static draw => [draw.Key(), .. draw.Many(4, draw.Member)],
            static call => Changing(call, set => ReplyText.Integer(call.Words[2..].Count(set.Remove)))),
        new("ZCARD", static draw => [draw.Key()],
            static call => call.With<ModelScores>(call[1], set => ReplyText.Integer(set?.Count ?? 0)), IsRead: true),
        new("ZSCORE", static draw => [draw.Key(), draw.Member()],
            static call => call.With<ModelScores>(call[1], set => ReplyText.Bulk(
                set?.Find(call[2]) is { } score ? ModelScores.Text(score) : null)), IsRead: true),
        new("ZINCRBY", static draw => [draw.Key(), Score(draw), draw.Member()], static call => Changing(call, set =>
        {
            double sum = (set.Find(call[3]) ?? 0) + Number(call[2]);
            set.Put(call[3], sum);
            return ReplyText.Bulk(ModelScores.Text(sum));
        })),
        new("ZRANK", static draw => [draw.Key(), draw.Member()],
            static call => Rank(call, static (at, count) => at), IsRead: true),
        new("ZREVRANK", static draw => [draw.Key(), draw.Member()],
            static call => Rank(call, static (at, count) => count - 1 - at), IsRead: true),
        new("ZRANGE", static draw => [draw.Key(), draw.Small(-8, 8), draw.Small(-8, 8), "WITHSCORES"],
            static call => call.With<ModelScores>(call[1], set => ReplyText.Bulks(
                ModelScores.WordsOf(Range(call, set?.Ordered() ?? [])))), IsRead: true, Order: ReplyOrder.Flat),
        new("ZCOUNT", static draw => [draw.Key(), Score(draw), Score(draw)],
            static call => call.With<ModelScores>(call[1], set => ReplyText.Integer(
                Between(call, set).Count())), IsRead: true),
        new("ZRANGEBYSCORE", static draw => [draw.Key(), Score(draw), Score(draw)],
            static call => call.With<ModelScores>(call[1], set => ReplyText.Bulks(
                Between(call, set).Select(static pair => pair.Member))), IsRead: true),
        new("ZREMRANGEBYSCORE", static draw => [draw.Key(), Score(draw), Score(draw)],
            static call => Changing(call, set => ReplyText.Integer(
                Between(call, set).ToList().Count(pair => set.Remove(pair.Member))))),
        new("ZREMRANGEBYRANK", static draw => [draw.Key(), draw.Small(-3, 2), draw.Small(-2, 3)],
            static call => Changing(call, set => ReplyText.Integer(
                Range(call, set.Ordered()).Count(pair => set.Remove(pair.Member))))),
        new("ZPOPMIN", static draw => [draw.Key(), draw.Small(1, 3)],
            static call => Pop(call, static set => set.Ordered()), Order: ReplyOrder.Flat),
        new("ZPOPMAX", static draw => [draw.Key(), draw.Small(1, 3)],
            static call => Pop(call, static set => Enumerable.Reverse(set.Ordered())), Order: ReplyOrder.Flat),
    ];

    private static string Score(Draw draw) => draw.Small(-12, 12) + draw.Of("", "", ".5", ".25");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string[] AddOptions(Draw draw) =>
        draw.Of<string[]>([], [], ["NX"], ["XX"], ["GT"], ["LT", "CH"], ["CH"]);

    private static string Changing(ModelCall call, Func<ModelScores, string> change) =>
        call.Changing(call[1], static set => set.Count, change);

    private static string Add(ModelCall call) => Changing(call, set =>
    {
        int at = 2;
        while (char.IsLetter(call[at][0])) at++;
        string[] options = call.Words[2..at];
        (int added, int changed) = (0, 0);
        for (; at < call.Count; at += 2)
        {
            double score = Number(call[at]);
            double? old = set.Find(call[at + 1]);
            bool isRefused = old is null
                ? options.Contains("XX")
                : options.Contains("NX") || (options.Contains("GT") && score <= old)
                    || (options.Contains("LT") && score >= old);
            if (isRefused) continue;
            if (old is null) added++;
            else if (old != score) changed++;
            set.Put(call[at + 1], score);
        }
        return ReplyText.Integer(options.Contains("CH") ? added + changed : added);
    });

    private static string Rank(ModelCall call, Func<int, int, int> rank) => call.With<ModelScores>(call[1], set =>
    {
        int at = set?.Ordered().FindIndex(pair => pair.Member == call[2]) ?? -1;
        return at < 0 ? ReplyText.Null : ReplyText.Integer(rank(at, set!.Count));
    });

    private static List<(string Member, double Score)> Range(ModelCall call, List<(string Member, double Score)> all)
    {
        (long first, long last) = (call.Number(2), call.Number(3));
        if (first < 0) first = Math.Max(0, first + all.Count);
        if (last < 0) last += all.Count;
        last = Math.Min(last, all.Count - 1);
        return first > last ? [] : all[(int)first..(int)(last + 1)];
    }

    private static IEnumerable<(string Member, double Score)> Between(ModelCall call, ModelScores? set) =>
        (set?.Ordered() ?? []).Where(pair => pair.Score >= Number(call[2]) && pair.Score <= Number(call[3]));

    private static string Pop(ModelCall call, Func<ModelScores, IEnumerable<(string Member, double Score)>> order) =>
        Changing(call, set =>
        {
            List<(string Member, double Score)> taken = [.. order(set).Take((int)call.Number(2))];
            foreach ((string member, _) in taken) set.Remove(member);
            return ReplyText.Bulks(ModelScores.WordsOf(taken));
        });
}
