using System.Globalization;

namespace FastShard.SystemTests.Model;

/// <summary>A sorted set: members with scores, in order of score and then of the members' bytes.</summary>
internal sealed class ModelScores
{
    private readonly Dictionary<string, double> _scores = [];

    public int Count => _scores.Count;

    public double? Find(string member) => _scores.TryGetValue(member, out double score) ? score : null;

    public void Put(string member, double score) => _scores[member] = score;

    public bool Remove(string member) => _scores.Remove(member);

    public List<(string Member, double Score)> Ordered() =>
    [
        .. _scores.Select(static pair => (Member: pair.Key, Score: pair.Value))
            .OrderBy(static pair => pair.Score).ThenBy(static pair => pair.Member, StringComparer.Ordinal),
    ];

    /// <summary>Members and scores in turn.</summary>
    public IEnumerable<string> Words() => WordsOf(Ordered());

    public static IEnumerable<string> WordsOf(IEnumerable<(string Member, double Score)> pairs) =>
        pairs.SelectMany(static pair => new[] { pair.Member, Text(pair.Score) });

    public ModelScores Copy()
    {
        var copy = new ModelScores();
        foreach ((string member, double score) in _scores) copy.Put(member, score);
        return copy;
    }

    public static string Text(double score) => Math.Abs(score) < 1e17 && score == Math.Truncate(score)
        ? ((long)score).ToString(CultureInfo.InvariantCulture)
        : score.ToString(CultureInfo.InvariantCulture);
}
