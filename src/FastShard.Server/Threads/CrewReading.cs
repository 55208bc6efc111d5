namespace FastShard.Server.Threads;

/// <summary>What the threads did in one window, all together.</summary>
/// <param name="NowMillis">End of the window, monotonic milliseconds.</param>
/// <param name="Millis">Its length.</param>
/// <param name="Commands">Commands executed in it.</param>
/// <param name="RunMillis">Time on a processor, summed over the active threads.</param>
/// <param name="WaitMillis">Time that they could have run and waited for a processor.</param>
internal readonly record struct CrewReading(
    long NowMillis, double Millis, long Commands, double RunMillis, double WaitMillis)
{
    /// <summary>Commands a millisecond.</summary>
    public double Rate => Commands / Math.Max(Millis, 1e-6);

    /// <summary>How many threads' worth of time was wanted.</summary>
    public double Load => (RunMillis + WaitMillis) / Math.Max(Millis, 1e-6);

    /// <summary>The share of the wanted time that was spent waiting for a processor.</summary>
    public double Crowding => RunMillis + WaitMillis <= 0 ? 0 : WaitMillis / (RunMillis + WaitMillis);
}
