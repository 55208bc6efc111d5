using System.Globalization;

namespace FastShard.Server.Clustering.Rebalancing;

/// <summary>What a node has counted since its start: two of them say how it fared between.</summary>
internal sealed class NodeVitals
{
    private readonly SortedDictionary<long, long> _slowerThan = [];

    public long Commands { get; private init; }

    public long Errors { get; private init; }

    /// <summary>From INFO and LATENCY HISTOGRAM.</summary>
    public static NodeVitals Of(string info, NodeReply? histograms)
    {
        var vitals = new NodeVitals
        {
            Commands = InfoFields.Number(info, "total_commands_processed"),
            Errors = InfoFields.Errors(info),
        };
        if (histograms is not { IsError: false }) return vitals;
        for (int command = 1; command < histograms.Elements.Count; command += 2)
        {
            if (histograms.Elements[command].Field("histogram_usec") is { } buckets) vitals.Add(buckets);
        }
        return vitals;
    }

    /// <summary>What 99 % of the commands since an earlier time did not exceed, in microseconds.</summary>
    public long LatencySince(NodeVitals earlier)
    {
        long total = 0;
        foreach ((long bucket, long count) in _slowerThan)
            total += count - earlier._slowerThan.GetValueOrDefault(bucket);
        long seen = 0;
        foreach ((long bucket, long count) in _slowerThan)
        {
            seen += count - earlier._slowerThan.GetValueOrDefault(bucket);
            if (total > 0 && seen * 100 >= total * 99) return bucket;
        }
        return 0;
    }

    /// <summary>How many of a thousand commands since an earlier time failed.</summary>
    public int ErrorsSince(NodeVitals earlier)
    {
        long commands = Commands - earlier.Commands;
        long errors = Errors - earlier.Errors;
        return commands <= 0 || errors <= 0 ? 0 : (int)Math.Min(1000, errors * 1000 / commands);
    }

    // Buckets say how many took no longer than they do: each with all that are smaller.
    private void Add(NodeReply buckets)
    {
        long before = 0;
        for (int index = 0; index + 1 < buckets.Elements.Count; index += 2)
        {
            long bound = long.Parse(buckets.Elements[index].Text, CultureInfo.InvariantCulture);
            long count = buckets.Elements[index + 1].Integer;
            _slowerThan[bound] = _slowerThan.GetValueOrDefault(bound) + count - before;
            before = count;
        }
    }
}
