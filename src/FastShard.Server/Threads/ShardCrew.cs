using FastShard.Native.Clocks;
using FastShard.Server.Sharding;

namespace FastShard.Server.Threads;

/// <summary>
/// The shards' threads: as many as shards, of which as many are active as cores are to be had. Worker i is driven by
/// thread i modulo the number of active ones, so that every active thread drives its own worker.
/// </summary>
internal sealed class ShardCrew : IDisposable
{
    private const int WindowMillis = 50;
    private const int PlanBits = 8;

    private readonly FastShardServer _server;
    private readonly ShardThread[] _members;
    private readonly List<Thread> _threads = [];
    private readonly CrewPolicy _policy;
    private readonly long[] _runNanos;
    private readonly long[] _waitNanos;
    private long _windowStartNanos;
    private long _commandsBefore;
    private int _plan; // how often it changed, and in the low byte the number of active threads
    private volatile bool _isStopping;

    public ShardCrew(FastShardServer server, ShardWorker[] workers)
    {
        _server = server;
        Workers = workers;
        _members = Array.ConvertAll(workers, worker => new ShardThread(this, worker));
        _policy = new CrewPolicy(workers.Length);
        _runNanos = new long[workers.Length];
        _waitNanos = new long[workers.Length];
        _plan = PlanOf(version: 1, workers.Length);
    }

    public ShardWorker[] Workers { get; }

    /// <summary>Threads that drive workers now; the others stand by.</summary>
    public int Active => ActiveIn(Plan);

    /// <summary>
    /// Changes with every new arrangement, and says all of it: who reads it once sees nothing half done.
    /// </summary>
    public int Plan => Volatile.Read(ref _plan);

    public bool IsStopping => _isStopping;

    /// <summary>Whether the number of active threads follows the load; off, it stays as it is.</summary>
    public bool IsElastic { get; set; } = true;

    public void Start()
    {
        foreach (ShardThread member in _members)
        {
            var thread = new Thread(member.Run, maxStackSize: 4 * 1024 * 1024) { Name = $"shard-{member.Index}" };
            thread.Start();
            _threads.Add(thread);
        }
    }

    /// <summary>Ends the threads after their turns and waits for them.</summary>
    public void Stop()
    {
        _isStopping = true;
        foreach (ShardThread member in _members) member.Call();
        foreach (Thread thread in _threads) thread.Join();
    }

    /// <summary>
    /// Spreads the workers over so many threads. From one thread at a time: the first member, or whoever holds all
    /// shards.
    /// </summary>
    public void Arrange(int active)
    {
        active = Math.Clamp(active, 1, Workers.Length);
        int plan = Plan;
        if (active == ActiveIn(plan)) return;
        Volatile.Write(ref _plan, PlanOf((plan >> PlanBits) + 1, active));
        foreach (ShardThread member in _members) member.Call();
    }

    /// <summary>The index of the thread that drives a worker under a plan.</summary>
    public static int ThreadOf(ShardWorker worker, int plan) => worker.Home.Index % ActiveIn(plan);

    public void CallThreadOf(ShardWorker worker) => _members[ThreadOf(worker, Plan)].Call();

    /// <summary>Looks at the load now and then; the first thread does, which is always active.</summary>
    public void Consider()
    {
        if (Workers.Length == 1 || !IsElastic) return;
        long now = SystemClock.MonotonicNanos();
        long passed = now - _windowStartNanos;
        if (passed < WindowMillis * 1_000_000L) return;
        bool isWhole = TryRead(now, passed, out CrewReading reading);
        _windowStartNanos = now;
        if (isWhole) Arrange(_policy.Observe(reading));
    }

    public void Dispose()
    {
        foreach (ShardThread member in _members) member.Dispose();
    }

    private static int PlanOf(int version, int active) => (version << PlanBits) | active;

    private static int ActiveIn(int plan) => plan & ((1 << PlanBits) - 1);

    private bool TryRead(long now, long passed, out CrewReading reading)
    {
        double run = 0;
        double wait = 0;
        long commands = 0;
        foreach (Shard shard in _server.Shards) commands += shard.Statistics.Counters.Commands;
        for (int index = 0; index < _members.Length; index++)
        {
            if (_members[index].Load is not { } load || !load.TryRead(out long runNanos, out long waitNanos))
            {
                reading = default;
                return false;
            }
            run += runNanos - _runNanos[index];
            wait += waitNanos - _waitNanos[index];
            (_runNanos[index], _waitNanos[index]) = (runNanos, waitNanos);
        }
        long before = _commandsBefore;
        _commandsBefore = commands;
        reading = new CrewReading(now / 1_000_000, passed / 1e6, commands - before, run / 1e6, wait / 1e6);
        // The first window has no beginning, and CONFIG RESETSTAT takes the counts back.
        return _windowStartNanos != 0 && commands >= before;
    }
}
