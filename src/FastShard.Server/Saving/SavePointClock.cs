using FastShard.Server.Configuration;

namespace FastShard.Server.Saving;

/// <summary>When a save point is reached.</summary>
internal sealed class SavePointClock(ServerOptions options)
{
    // After a failure the next try waits so long.
    private const long RetryMillis = 5000;

    private long _lastTryMillis;

    /// <summary>Which point was reached, in the log's words.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>A background save begins.</summary>
    public void NoteTry(long nowMillis) => _lastTryMillis = nowMillis;

    /// <summary>Whether any point is reached.</summary>
    public bool IsDue(long nowMillis, long lastSaveMillis, long changes, bool isLastGood)
    {
        if (!isLastGood && nowMillis - _lastTryMillis <= RetryMillis) return false;
        foreach (SavePoint point in options.Save)
        {
            if (changes < point.Changes || (nowMillis / 1000) - (lastSaveMillis / 1000) <= point.Seconds) continue;
            Reason = $"{point.Changes} changes in {point.Seconds} seconds. Saving...";
            return true;
        }
        return false;
    }
}
