using System.Text;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

/// <summary>LATENCY GRAPH: one column a sample, its height the delay, its age below it from top to bottom.</summary>
internal static class LatencyGraph
{
    private const int Rows = 4;
    private const int RuleWidth = 80;

    // From the empty cell to the full one.
    private const string Shades = " _o#";

    public static string Draw(string name, LatencyEvent samples, long nowSeconds)
    {
        long low = long.MaxValue;
        long high = 0;
        foreach (LatencySample sample in samples.Samples)
        {
            low = Math.Min(low, sample.Millis);
            high = Math.Max(high, sample.Millis);
        }
        StringBuilder graph = new();
        graph.Append($"{name} - high {high} ms, low {low} ms (all time high {samples.MaxMillis} ms)\n");
        graph.Append('-', RuleWidth).Append('\n');
        for (int row = Rows - 1; row >= 0; row--) DrawRow(graph, samples, low, high, row);
        graph.Append('\n');
        DrawAges(graph, samples, nowSeconds);
        return graph.ToString();
    }

    private static void DrawRow(StringBuilder graph, LatencyEvent samples, long low, long high, int row)
    {
        foreach (LatencySample sample in samples.Samples)
        {
            double share = high == low ? 1 : (sample.Millis - low) / (double)(high - low);
            double filled = (share * Rows) - row;
            bool isFloor = row == 0 && filled < 0.5;
            int shade = isFloor ? 1 : (int)Math.Round(Math.Clamp(filled, 0, 1) * (Shades.Length - 1));
            graph.Append(Shades[shade]);
        }
        graph.Append('\n');
    }

    private static void DrawAges(StringBuilder graph, LatencyEvent samples, long nowSeconds)
    {
        List<string> ages = [];
        int longest = 0;
        foreach (LatencySample sample in samples.Samples)
        {
            ages.Add(Age(Math.Max(0, nowSeconds - sample.UnixSeconds)));
            longest = Math.Max(longest, ages[^1].Length);
        }
        for (int row = 0; row < longest; row++)
        {
            foreach (string age in ages) graph.Append(row < age.Length ? age[row] : ' ');
            graph.Append('\n');
        }
    }

    private static string Age(long seconds) => seconds switch
    {
        < 60 => $"{seconds}s",
        < 3600 => $"{seconds / 60}m",
        < 86400 => $"{seconds / 3600}h",
        _ => $"{seconds / 86400}d",
    };
}
