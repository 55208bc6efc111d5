using System.Text;
using FastShard.Engine.Text;

namespace FastShard.Server.Spreading;

/// <summary>Keys of which names are spread by themselves, and when.</summary>
/// <param name="Pattern">Of their names, as KEYS takes it.</param>
/// <param name="Threshold">Writes a second from which on.</param>
/// <param name="LanesMax">Over how many shards at most.</param>
/// <param name="Keeps">They stay spread when they cool.</param>
/// <param name="IsStrict">Writes that would bring them together are refused.</param>
internal sealed record SpreadRule(string Pattern, long Threshold, int LanesMax, bool Keeps, bool IsStrict)
{
    public const int LanesMin = 2;
    public const int LanesLimit = 64;

    private readonly byte[] _pattern = Encoding.UTF8.GetBytes(Pattern);

    public bool Matches(ReadOnlySpan<byte> name) => GlobPattern.IsMatch(_pattern, name);

    /// <summary>
    /// Reads rules as the directive has them: pattern, threshold, greatest number, and KEEP or STRICT where wanted.
    /// Null, or what is wrong.
    /// </summary>
    public static string? TryRead(string[] words, List<SpreadRule> rules)
    {
        int next = 0;
        while (next < words.Length)
        {
            if (next + 3 > words.Length) return "a rule is a pattern, a threshold and a number of shards";
            string pattern = words[next];
            if (!long.TryParse(words[next + 1], out long threshold) || threshold < 1)
                return "the threshold must be a positive number of writes a second";
            if (!int.TryParse(words[next + 2], out int lanes) || lanes is < LanesMin or > LanesLimit)
                return "the number of shards must be between 2 and 64";
            next += 3;
            bool keeps = false;
            bool isStrict = false;
            for (; next < words.Length; next++)
            {
                if (words[next].Equals("KEEP", StringComparison.OrdinalIgnoreCase)) keeps = true;
                else if (words[next].Equals("STRICT", StringComparison.OrdinalIgnoreCase)) isStrict = true;
                else break;
            }
            rules.RemoveAll(rule => rule.Pattern == pattern);
            rules.Add(new SpreadRule(pattern, threshold, lanes, keeps, isStrict));
        }
        return null;
    }

    /// <summary>The rule as the directive has it.</summary>
    public IEnumerable<string> Words()
    {
        yield return Pattern;
        yield return $"{Threshold}";
        yield return $"{LanesMax}";
        if (Keeps) yield return "KEEP";
        if (IsStrict) yield return "STRICT";
    }
}
