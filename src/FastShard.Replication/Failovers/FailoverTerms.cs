using FastShard.Protocol;

namespace FastShard.Replication.Failovers;

/// <summary>What a client asked for by FAILOVER.</summary>
/// <param name="Host">The replica that is to be the primary; null = the first that has all of the stream.</param>
/// <param name="Port">Its port.</param>
/// <param name="TimeoutMillis">How long to wait for it; 0 = for ever.</param>
/// <param name="IsForced">When that time is over the role is handed over nevertheless.</param>
public sealed record FailoverTerms(string? Host, long Port, long TimeoutMillis, bool IsForced)
{
    /// <summary>
    /// Reads the arguments behind the command's name; null with the error reply where they make no sense.
    /// </summary>
    public static FailoverTerms? Read(IReadOnlyList<string> words, out string error)
    {
        FailoverTerms terms = new(null, 0, 0, false);
        error = "ERR syntax error";
        for (int at = 0; at < words.Count; at++)
        {
            if (Is(words[at], "TIMEOUT") && at + 1 < words.Count && terms.TimeoutMillis == 0)
            {
                if (!TryNumber(words[++at], out long millis, out error)) return null;
                if (millis <= 0)
                {
                    error = "ERR FAILOVER timeout must be greater than 0";
                    return null;
                }
                terms = terms with { TimeoutMillis = millis };
            }
            else if (Is(words[at], "TO") && at + 2 < words.Count && terms.Host is null)
            {
                if (!TryNumber(words[at + 2], out long port, out error)) return null;
                terms = terms with { Host = words[at + 1], Port = port };
                at += 2;
            }
            else if (Is(words[at], "FORCE") && !terms.IsForced)
            {
                terms = terms with { IsForced = true };
            }
            else
            {
                error = "ERR syntax error";
                return null;
            }
        }
        return terms;
    }

    private static bool TryNumber(string word, out long number, out string error)
    {
        error = "ERR value is not an integer or out of range";
        return Numbers.TryParseInt64(System.Text.Encoding.UTF8.GetBytes(word), out number);
    }

    private static bool Is(string word, string name) => word.Equals(name, StringComparison.OrdinalIgnoreCase);
}
