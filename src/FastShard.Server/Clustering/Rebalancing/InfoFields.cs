using System.Globalization;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>Reads what INFO says.</summary>
internal static class InfoFields
{
    /// <summary>A field's number; 0 where it is not there.</summary>
    public static long Number(string info, string field)
    {
        foreach (string line in info.Split('\n'))
        {
            if (line.Length <= field.Length || line[field.Length] != ':') continue;
            if (!line.StartsWith(field, StringComparison.Ordinal)) continue;
            ReadOnlySpan<char> text = line.AsSpan(field.Length + 1).TrimEnd('\r');
            return long.TryParse(text, CultureInfo.InvariantCulture, out long value) ? value : 0;
        }
        return 0;
    }

    /// <summary>Replies that were errors, but for those that only say where to go.</summary>
    public static long Errors(string info)
    {
        const string Prefix = "errorstat_";
        long errors = 0;
        foreach (string line in info.Split('\n'))
        {
            int equals = line.IndexOf('=');
            if (equals < 0 || !line.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            string name = line[Prefix.Length..line.IndexOf(':')];
            if (name is "MOVED" or "ASK" or "TRYAGAIN") continue;
            if (long.TryParse(line.AsSpan(equals + 1).TrimEnd('\r'), out long count)) errors += count;
        }
        return errors;
    }
}
