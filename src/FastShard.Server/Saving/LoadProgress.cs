using FastShard.Persistence.Loading;

namespace FastShard.Server.Saving;

/// <summary>How far the load at the start is, for INFO; and how it is ended early.</summary>
internal sealed class LoadProgress(Func<long> readBytes, long totalBytes, Action cancel, long startedMillis)
{
    public static LoadProgress Of(RdbLoad load, long startedMillis) =>
        new(() => load.ReadBytes, load.TotalBytes, load.Cancel, startedMillis);

    public long StartedMillis => startedMillis;

    public long TotalBytes => totalBytes;

    public long ReadBytes => readBytes();

    public double Percent => totalBytes == 0 ? 0 : 100.0 * ReadBytes / totalBytes;

    public void Cancel() => cancel();

    /// <summary>Seconds that the rest will take at the speed so far.</summary>
    public long SecondsLeft(long nowMillis)
    {
        long elapsed = Math.Max(nowMillis - startedMillis, 1);
        long perSecond = ReadBytes * 1000 / elapsed;
        return perSecond == 0 ? 1 : (totalBytes - ReadBytes) / perSecond;
    }
}
