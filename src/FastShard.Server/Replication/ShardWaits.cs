using FastShard.Engine.Blocking;
using FastShard.Server.Blocking;
using FastShard.Server.Clustering.Rebalancing;
using FastShard.Server.Commands;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>The connections of a shard that wait for other servers (WAIT, WAITAOF, a plan). The shard's own.</summary>
internal sealed class ShardWaits
{
    private readonly List<BlockedCall> _calls = [];
    private volatile bool _isAwaited;

    /// <summary>The shard is to be woken when a replica has said how far it is. Any thread.</summary>
    public bool IsAwaited => _isAwaited;

    /// <summary>One more.</summary>
    public void Add(BlockedCall call)
    {
        _calls.Add(call);
        _isAwaited = true;
    }

    /// <summary>Answers those that have waited long enough.</summary>
    public void Serve(ShardWorker worker)
    {
        for (int index = _calls.Count - 1; index >= 0; index--)
        {
            if (TryServe(worker, _calls[index])) _calls.RemoveAt(index);
        }
        _isAwaited = _calls.Count > 0;
    }

    // True when it waits no longer, be it for what it asked for or for its deadline.
    private static bool TryServe(ShardWorker worker, BlockedCall call)
    {
        if (!ReferenceEquals(call.Client.Blocked, call)) return true;
        if (call.Kind is not (BlockKind.Replicas or BlockKind.Disk or BlockKind.Survey)) return true;
        bool isOver = call.Kind switch
        {
            BlockKind.Disk => AofCommands.IsWaitOver(call.Client, call.Arguments),
            BlockKind.Survey => RebalanceCommands.IsSurveyed(call.Client),
            _ => ReplicationCommands.IsWaitOver(call.Client, call.Arguments),
        };
        if (!isOver || !call.TryServe()) return false;
        if (!Executor.RunAgain(worker, call.Client.Home, call, call.Client.Output) && call.TryPutBack()) return false;
        call.End();
        Blocker.Resume(worker, call);
        return true;
    }
}
