namespace FastShard.Server.Threads;

/// <summary>
/// How many threads the shards should run on. More threads than free cores make each other wait, and a thread that
/// waits for a core does so for milliseconds; fewer threads run more commands a turn and borrow the others' shards for
/// nothing. Which is better depends on who else runs on the machine (a load generator, neighbours in a container), so
/// it is tried: when the kernel says that threads wait for cores, one fewer is tried, and when a thread is saturated
/// and none waits, one more. A trial that did not raise (or at least keep) the rate of commands is taken back, and the
/// next of its kind comes later and later.
/// </summary>
/// <remarks>No clock and no threads in here: readings come in, a number goes out.</remarks>
internal sealed class CrewPolicy
{
    // Below this demand nobody gains by a change.
    private const double LoadMin = 0.3;

    // A tenth of the time waiting is more than wake-ups alone cause (measured: 2 % with a core for each thread).
    private const double CrowdedShare = 0.1;
    private const double SaturatedShare = 0.85;
    private const double FoldKeepRatio = 0.97;
    private const double GrowKeepRatio = 1.05;
    private const int SettleWindows = 1;
    private const int MeasureWindows = 3;
    private const long FirstPauseMillis = 1000;
    private const long LastPauseMillis = 64_000;

    private readonly int _most;
    private Trial _trial;
    private int _before;
    private int _windows;
    private double _rateBefore;
    private double _rateSum;
    private double _usualRate;
    private long _nextFoldMillis;
    private long _nextGrowMillis;
    private long _foldPauseMillis = FirstPauseMillis;
    private long _growPauseMillis = FirstPauseMillis;

    /// <summary>A crew of at most so many threads, all of them active.</summary>
    public CrewPolicy(int most)
    {
        _most = most;
        Active = most;
    }

    private enum Trial
    {
        None,
        Fold,
        Grow,
    }

    /// <summary>Threads that should be active: 1 to the most.</summary>
    public int Active { get; private set; }

    /// <summary>Takes one window in; returns the number of threads for the next.</summary>
    public int Observe(in CrewReading reading)
    {
        if (_trial != Trial.None)
        {
            if (++_windows > SettleWindows) _rateSum += reading.Rate;
            if (_windows >= SettleWindows + MeasureWindows) Judge(reading.NowMillis);
            return Active;
        }
        ForgetWhenTheLoadIsAnother(reading.Rate);
        if (reading.Load < LoadMin) return Active;
        bool isCrowded = reading.Crowding > CrowdedShare;
        if (isCrowded && Active > 1 && reading.NowMillis >= _nextFoldMillis)
            Begin(Trial.Fold, Active - Math.Max(1, Active / 4));
        else if (!isCrowded && Active < _most && reading.Load > SaturatedShare * Active
            && reading.NowMillis >= _nextGrowMillis)
            Begin(Trial.Grow, Math.Min(_most, Active + Math.Max(1, Active / 4)));
        return Active;
    }

    private void Begin(Trial trial, int active)
    {
        _trial = trial;
        _before = Active;
        _windows = 0;
        _rateSum = 0;
        _rateBefore = _usualRate;
        Active = active;
    }

    private void Judge(long nowMillis)
    {
        double rate = _rateSum / MeasureWindows;
        bool isFold = _trial == Trial.Fold;
        bool isKept = rate >= _rateBefore * (isFold ? FoldKeepRatio : GrowKeepRatio);
        _trial = Trial.None;
        if (isKept) _usualRate = rate;
        else Active = _before;
        // What was just found out need not be asked again soon, from either side.
        if (isFold != isKept) Postpone(ref _nextFoldMillis, ref _foldPauseMillis, nowMillis);
        else Postpone(ref _nextGrowMillis, ref _growPauseMillis, nowMillis);
    }

    private static void Postpone(ref long next, ref long pause, long nowMillis)
    {
        next = nowMillis + pause;
        pause = Math.Min(pause * 2, LastPauseMillis);
    }

    /// <summary>Twice or half the rate of before is another load: what was learned says nothing about it.</summary>
    private void ForgetWhenTheLoadIsAnother(double rate)
    {
        bool isAnother = rate > 2 * _usualRate || rate < _usualRate / 2;
        _usualRate = isAnother ? rate : (_usualRate * 0.75) + (rate * 0.25);
        if (!isAnother) return;
        (_nextFoldMillis, _nextGrowMillis) = (0, 0);
        (_foldPauseMillis, _growPauseMillis) = (FirstPauseMillis, FirstPauseMillis);
    }
}
