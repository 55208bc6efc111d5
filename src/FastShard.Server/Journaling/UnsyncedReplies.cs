using FastShard.Engine.Blocking;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Commands;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;

namespace FastShard.Server.Journaling;

/// <summary>
/// The connections of a shard whose replies wait until what they answer is on the disk (appendfsync always). Belongs to
/// the shard; the log only looks whether anybody waits.
/// </summary>
internal sealed class UnsyncedReplies
{
    private readonly ConnectionQueue _clients = new();
    private readonly List<BlockedCall> _calls = [];
    private volatile bool _isAwaited;

    /// <summary>The shard is to be woken when the disk has caught up. Any thread.</summary>
    public bool IsAwaited => _isAwaited;

    /// <summary>Somebody waits here.</summary>
    public bool HasAny => _clients.Count > 0 || _calls.Count > 0;

    /// <summary>The ticket up to which the disk had caught up when this was last looked through.</summary>
    public long SeenTicket { get; private set; }

    /// <summary>A connection's replies have to wait.</summary>
    public void Add(Connection client)
    {
        if (client.IsUnsynced) return;
        client.IsUnsynced = true;
        _clients.Add(client);
        _isAwaited = true;
    }

    /// <summary>A client waits for the disk by a command of its own (WAITAOF).</summary>
    public void Add(BlockedCall call)
    {
        _calls.Add(call);
        _isAwaited = true;
    }

    /// <summary>Has the replies sent that need to wait no longer.</summary>
    public void Release(ShardWorker worker, JournalLog log)
    {
        SeenTicket = log.SyncedTicket;
        for (int left = _clients.Count; left > 0; left--)
        {
            Connection client = _clients.Take();
            client.IsUnsynced = false;
            if (client.IsClosed) continue;
            if (log.HoldsReplies && client.SyncTicket > SeenTicket) Add(client);
            else worker.MarkUnflushed(client);
        }
        for (int index = _calls.Count - 1; index >= 0; index--)
        {
            if (!TryServe(worker, _calls[index])) continue;
            _calls.RemoveAt(index);
        }
        if (!HasAny) _isAwaited = false;
        // Pairs with the barrier of the log: it either sees that somebody waits, or its ticket is seen here.
        Interlocked.MemoryBarrier();
    }

    // True when it waits no longer, be it for what it asked for or for its deadline.
    private static bool TryServe(ShardWorker worker, BlockedCall call)
    {
        Connection client = call.Client;
        if (!ReferenceEquals(client.Blocked, call) || call.Kind != BlockKind.Disk) return true;
        if (!AofCommands.IsWaitOver(client, call.Arguments) || !call.TryServe()) return false;
        if (!Executor.RunAgain(worker, client.Home, call, client.Output) && call.TryPutBack()) return false;
        call.End();
        Blocker.Resume(worker, call);
        return true;
    }
}
