namespace FastShard.Server.CommandLine;

/// <summary>What follows <c>fastshard rebalance</c>.</summary>
internal sealed class RebalanceArguments
{
    public const string Usage =
        """
        fastshard rebalance [HOST:PORT] [options]      shows which hash slots would move, and what that costs

          --by all|slots|keys|bytes|load    what is to be spread evenly (all)
          --threshold PERCENT               leave nodes alone that are nearer to their part than this
          --weight NODE-ID=WEIGHT           a node's part against the others' (1); 0 empties it; may be repeated
          --apply                           carries the plan out, after asking
          --plan PLAN-ID                    with --apply: the plan that was shown before, or that waits for approval
          --yes                             does not ask
          --status                          shows how far it is
          --pause, --resume, --abort        no more moves; go on; end it
          --user NAME, --pass PASSWORD      logs in

        HOST:PORT is any node of the cluster (127.0.0.1:6379): the plan is made and carried out there.
        """;

    public string Host { get; private set; } = "127.0.0.1";

    public int Port { get; private set; } = 6379;

    public string User { get; private set; } = "";

    public string Password { get; private set; } = "";

    /// <summary>STATUS, PAUSE, RESUME or ABORT; empty = a plan is wanted.</summary>
    public string Action { get; private set; } = "";

    public bool Applies { get; private set; }

    public string PlanId { get; private set; } = "";

    public bool IsSure { get; private set; }

    public bool WantsHelp { get; private set; }

    /// <summary>What follows CLUSTER REBALANCE PLAN.</summary>
    public List<string> Wishes { get; } = [];

    /// <summary>Null, and what cannot be understood.</summary>
    public static RebalanceArguments? Parse(ReadOnlySpan<string> words, out string fault)
    {
        var parsed = new RebalanceArguments();
        fault = "";
        for (int index = 0; index < words.Length; index++)
        {
            string word = words[index];
            string? value = index + 1 < words.Length ? words[index + 1] : null;
            if (parsed.TakeFlag(word)) continue;
            if (value is not null && parsed.TakeValue(word, value)) index++;
            else if (!parsed.TakeAddress(word))
            {
                fault = $"'{word}' is not understood";
                return null;
            }
        }
        return parsed;
    }

    private bool TakeFlag(string word)
    {
        switch (word)
        {
            case "--apply":
                Applies = true;
                return true;
            case "--yes":
                IsSure = true;
                return true;
            case "--help" or "-h":
                WantsHelp = true;
                return true;
            case "--status" or "--pause" or "--resume" or "--abort":
                Action = word[2..].ToUpperInvariant();
                return true;
            default:
                return false;
        }
    }

    private bool TakeValue(string word, string value)
    {
        switch (word)
        {
            case "--user":
                User = value;
                return true;
            case "--pass":
                Password = value;
                return true;
            case "--plan":
                PlanId = value;
                return true;
            case "--by":
                Wishes.AddRange(["BY", value]);
                return true;
            case "--threshold":
                Wishes.AddRange(["THRESHOLD", value]);
                return true;
            case "--weight" when value.Split('=') is [var node, var weight]:
                Wishes.AddRange(["WEIGHT", node, weight]);
                return true;
            default:
                return false;
        }
    }

    private bool TakeAddress(string word)
    {
        int colon = word.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(word.AsSpan(colon + 1), out int port) || port is <= 0 or > 65535) return false;
        Host = word[..colon].Trim('[', ']');
        Port = port;
        return true;
    }
}
