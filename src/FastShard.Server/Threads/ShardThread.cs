using FastShard.Native.Diagnostics;
using FastShard.Native.Host;
using FastShard.Server.Sharding;
using FastShard.Transport;

namespace FastShard.Server.Threads;

/// <summary>
/// A thread that drives shard workers: its own, and those of threads that stand by because cores are short. Workers
/// change hands between two turns, when their shard's token is free; connections, timers and data stay where they are.
/// One event loop waits for all: the others' loops are nested in its own.
/// </summary>
internal sealed class ShardThread : IDisposable
{
    // A worker whose former thread has not let go yet is asked for again after this.
    private const int RetryMillis = 1;

    private readonly ShardCrew _crew;
    private readonly ShardWorker _own;
    private readonly List<ShardWorker> _driven = [];
    private readonly AutoResetEvent _call = new(false);
    private int _plan;

    public ShardThread(ShardCrew crew, ShardWorker own)
    {
        _crew = crew;
        _own = own;
    }

    /// <summary>Index of the thread and of its own worker.</summary>
    public int Index => _own.Home.Index;

    /// <summary>How much the thread runs and waits; null until it has begun, or where nobody counts.</summary>
    public ThreadLoad? Load { get; private set; }

    /// <summary>The thread's body: turns until the crew ends.</summary>
    public void Run()
    {
        Load = ThreadLoad.OfCurrentThread();
        while (!_crew.IsStopping)
        {
            bool isComplete = _plan == _crew.Plan || Rearrange();
            if (_driven.Count == 0)
            {
                StandBy(isComplete ? Timeout.Infinite : RetryMillis);
                continue;
            }
            int timeout = isComplete ? int.MaxValue : RetryMillis;
            foreach (ShardWorker worker in _driven) timeout = Math.Min(timeout, worker.RunTurn());
            Wait(timeout);
            if (Index == 0) _crew.Consider();
        }
        foreach (ShardWorker worker in _driven) Leave(worker);
        _driven.Clear();
    }

    /// <summary>Makes the thread look at the plan; callable from any thread.</summary>
    public void Call()
    {
        _call.Set();
        _own.Home.Reactor.Wake();
    }

    public void Dispose()
    {
        Load?.Dispose();
        _call.Dispose();
    }

    /// <summary>
    /// Lets go of workers that are others' now and takes those that are free; true when none is missing.
    /// </summary>
    private bool Rearrange()
    {
        int plan = _crew.Plan;
        for (int index = _driven.Count - 1; index >= 0; index--)
        {
            ShardWorker worker = _driven[index];
            if (ShardCrew.ThreadOf(worker, plan) == Index) continue;
            _driven.RemoveAt(index);
            Leave(worker);
            _crew.CallThreadOf(worker);
        }
        bool isComplete = true;
        foreach (ShardWorker worker in _crew.Workers)
        {
            if (ShardCrew.ThreadOf(worker, plan) != Index || _driven.Contains(worker)) continue;
            // The own worker comes first: until it is here, another thread may still wait on its event loop.
            bool isNext = worker == _own || _driven.Contains(_own);
            if (isNext && worker.TryBeDrivenBy(this)) Join(worker);
            else isComplete = false;
        }
        if (isComplete) _plan = plan;
        return isComplete;
    }

    private void Join(ShardWorker worker)
    {
        Invariant.Check(worker == _own == (_driven.Count == 0));
        _driven.Add(worker);
        if (worker != _own) _own.Home.Reactor.Nest(worker.Home.Reactor);
    }

    private void Leave(ShardWorker worker)
    {
        if (worker != _own) _own.Home.Reactor.Unnest(worker.Home.Reactor);
        worker.LeaveDriver(this);
    }

    private void Wait(int timeoutMillis)
    {
        _own.Home.Reactor.Wait(timeoutMillis);
        for (int index = 1; index < _driven.Count; index++) _driven[index].Home.Reactor.Wait(0);
    }

    // tidy: cold because a thread that stands by has nothing to serve.
    private void StandBy(int timeoutMillis) => _call.WaitOne(timeoutMillis);
}
