namespace FastShard.Server.Configuration;

/// <summary>Finds the name that somebody probably meant.</summary>
internal static class NearestName
{
    /// <summary>The closest candidate, or null when none is close enough to be worth proposing.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string wanted = name.ToLowerInvariant();
        // In a short name two wrong letters are another word.
        int best = (wanted.Length <= 4 ? 1 : Math.Max(2, wanted.Length / 3)) + 1;
        string? nearest = null;
        foreach (string candidate in candidates)
        {
            if (Math.Abs(candidate.Length - wanted.Length) >= best) continue;
            int distance = Distance(wanted, candidate);
            if (distance >= best) continue;
            best = distance;
            nearest = candidate;
        }
        return nearest;
    }

    /// <summary>", did you mean 'x'?" or nothing.</summary>
    public static string Hint(string name, IEnumerable<string> candidates, string prefix = "")
    {
        string? nearest = Find(name, candidates);
        return nearest is null ? "" : $", did you mean '{prefix}{nearest}'?";
    }

    /// <summary>Inserted, removed, replaced and swapped letters that turn one text into the other.</summary>
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (int j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (int i = 1; i <= left.Length; i++)
        {
            for (int j = 1; j <= right.Length; j++)
            {
                int replaced = rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                int cost = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
                rows[i, j] = swapped ? Math.Min(cost, rows[i - 2, j - 2] + 1) : cost;
            }
        }
        return rows[left.Length, right.Length];
    }
}
