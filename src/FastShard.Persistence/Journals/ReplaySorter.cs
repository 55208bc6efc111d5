// One thread reads the journal, and every shard runs what concerns its own keys, in the journal's order. The order
// between keys of different shards matters to nobody while it is loaded: no client sees the data before its end. A
// command of several shards waits until all before it has run, and holds all of them.

using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Persistence.Journals;

/// <summary>Sorts a journal's commands by shard.</summary>
internal sealed class ReplaySorter : IDisposable
{
    private const int BatchesPerShard = 4;

    private readonly Dataset _dataset;
    private readonly IReplayCrew _crew;
    private readonly JournalRunner _own; // for what is of several shards
    private readonly JournalRunner[] _runners;
    private readonly ReplayBatch[] _batches;
    private readonly ReplayBatch?[] _open;
    private readonly KeyPositions _positions = new();
    private readonly AutoResetEvent _freed = new(initialState: false);
    private bool _isHolding;

    public ReplaySorter(Dataset dataset, IReplayCrew crew, JournalRunner own, long nowMillis)
    {
        _dataset = dataset;
        _crew = crew;
        _own = own;
        _open = new ReplayBatch?[dataset.ShardCount];
        _runners = new JournalRunner[dataset.ShardCount];
        _batches = new ReplayBatch[dataset.ShardCount * BatchesPerShard];
        for (int shard = 0; shard < _runners.Length; shard++)
        {
            _runners[shard] = new JournalRunner(dataset, nowMillis);
            for (int index = 0; index < BatchesPerShard; index++)
                _batches[(shard * BatchesPerShard) + index] = new ReplayBatch(shard, _runners[shard], _freed);
        }
    }

    /// <summary>Commands that were given to shards and have run; exact when all is settled.</summary>
    public long Commands
    {
        get
        {
            long commands = 0;
            foreach (JournalRunner runner in _runners) commands += runner.Commands;
            return commands;
        }
    }

    /// <summary>Has one command run, now or soon.</summary>
    public void Run(CommandSpec spec, ArgumentView arguments)
    {
        int shard = ShardOf(spec, arguments);
        if (shard < 0)
        {
            Hold();
            _own.Run(spec, arguments);
            return;
        }
        LetGo();
        ReplayBatch batch = _open[shard] ??= TakeFree(shard);
        batch.Add(spec, arguments, _own.Database);
        if (batch.IsFull) Send(shard);
    }

    /// <summary>Everything has run, and no shard is held here.</summary>
    public void Settle()
    {
        LetGo();
        SendAll();
    }

    /// <summary>Holds all shards, where everything has run.</summary>
    public void Hold()
    {
        if (_isHolding) return;
        SendAll();
        _crew.Hold();
        _isHolding = true;
    }

    /// <summary>Lets them go: whoever waits for them comes in between.</summary>
    public void LetGo()
    {
        if (!_isHolding) return;
        _isHolding = false;
        _crew.Release();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Settle();
        foreach (ReplayBatch batch in _batches) batch.Dispose();
        foreach (JournalRunner runner in _runners) runner.Dispose();
        _freed.Dispose();
    }

    // -1 = it needs several, or all.
    private int ShardOf(CommandSpec spec, ArgumentView arguments)
    {
        if (spec.Placement != Placement.Keys) return -1;
        if (spec.ReachesBeyondKeys is { } reachesBeyond && reachesBeyond(arguments)) return -1;
        if (!KeyExtraction.TryCollect(spec, arguments, _positions)) return -1;
        int shard = -1;
        for (int key = 0; key < _positions.Count; key++)
        {
            int owner = _dataset.ShardOf(KeySlot.Of(arguments[_positions[key]]));
            if (shard >= 0 && owner != shard) return -1;
            shard = owner;
        }
        return shard;
    }

    private void Send(int shard)
    {
        ReplayBatch batch = _open[shard]!;
        _open[shard] = null;
        batch.Send();
        _crew.Deliver(batch);
    }

    private void SendAll()
    {
        for (int shard = 0; shard < _open.Length; shard++)
        {
            if (_open[shard] is not null) Send(shard);
        }
        foreach (ReplayBatch batch in _batches)
        {
            // tidy: cold because the thread that reads a file has nothing else to do.
            while (batch.IsUnderWay) _freed.WaitOne();
        }
    }

    private ReplayBatch TakeFree(int shard)
    {
        while (true)
        {
            for (int index = 0; index < BatchesPerShard; index++)
            {
                ReplayBatch batch = _batches[(shard * BatchesPerShard) + index];
                if (!batch.IsUnderWay) return batch;
            }
            // tidy: cold because the thread that reads a file has nothing else to do.
            _freed.WaitOne();
        }
    }
}
