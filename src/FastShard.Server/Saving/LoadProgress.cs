using FastShard.Persistence.Loading;

namespace FastShard.Server.Saving;

/// <summary>How far the load at the start is, for INFO.</summary>
internal sealed record LoadProgress(RdbLoad Load, long StartedMillis)
{
    public double Percent =>
        Load.TotalBytes == 0 ? 0 : 100.0 * Load.ReadBytes / Load.TotalBytes;

    /// <summary>Seconds that the rest will take at the speed so far.</summary>
    public long SecondsLeft(long nowMillis)
    {
        long elapsed = Math.Max(nowMillis - StartedMillis, 1);
        long perSecond = Load.ReadBytes * 1000 / elapsed;
        return perSecond == 0 ? 1 : (Load.TotalBytes - Load.ReadBytes) / perSecond;
    }
}
