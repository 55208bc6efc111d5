using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>A shard's scattered commands: those under way, and spare ones.</summary>
internal sealed class ScatterStock : IDisposable
{
    private readonly List<Scatter> _active = [];
    private readonly Stack<Scatter> _spare = new();

    public Scatter Take(Batch batch, int record, ScatterKind kind, long nowMillis)
    {
        Scatter scatter = _spare.Count > 0 ? _spare.Pop() : new Scatter();
        scatter.Begin(batch, record, kind, nowMillis);
        _active.Add(scatter);
        return scatter;
    }

    /// <summary>All parts are answered: makes one reply of them.</summary>
    public void Finish(ShardWorker worker, Scatter scatter)
    {
        ScatterReply.Write(scatter, scatter.Batch.BeginForeign(scatter.Record), worker.NowMillis);
        scatter.Batch.EndForeign(scatter.Record);
        Return(scatter);
    }

    /// <summary>It is not needed any more.</summary>
    public void Return(Scatter scatter)
    {
        _ = _active.Remove(scatter);
        scatter.End();
        _spare.Push(scatter);
    }

    /// <summary>Gives parts up that have taken longer than cluster-scatter-timeout.</summary>
    public void CheckTime(ShardWorker worker, NodeLinks links)
    {
        long limit = worker.Server.Options.ClusterScatterTimeoutMillis;
        for (int index = _active.Count - 1; index >= 0; index--)
        {
            if (index >= _active.Count) continue;
            Scatter scatter = _active[index];
            if (worker.NowMillis - scatter.BeganMillis <= limit) continue;
            int life = scatter.Number;
            for (int part = 0; part < scatter.Count && scatter.Number == life; part++)
            {
                if (scatter[part].IsAwaited)
                    links.GiveUp(worker, scatter[part].Call!, worker.NowMillis - scatter.BeganMillis);
            }
        }
    }

    public void Dispose()
    {
        foreach (Scatter scatter in _active) scatter.Dispose();
        foreach (Scatter scatter in _spare) scatter.Dispose();
    }
}
