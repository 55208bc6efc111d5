using FastShard.Cluster.Bus;

namespace FastShard.Cluster.State;

/// <summary>Packets by type.</summary>
public sealed class TrafficCounts
{
    /// <summary>Number of types.</summary>
    public const int Types = (int)BusMessageType.PublishShard + 1;

    private readonly long[] _counts = new long[Types];

    public long this[BusMessageType type] => _counts[(int)type];

    public long Total
    {
        get
        {
            long total = 0;
            foreach (long count in _counts) total += count;
            return total;
        }
    }

    internal void Add(BusMessageType type) => _counts[(int)type]++;
}
