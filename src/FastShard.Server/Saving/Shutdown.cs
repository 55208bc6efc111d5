using FastShard.Engine.Blocking;
using FastShard.Native.Clocks;
using FastShard.Replication.Primary;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Logging;
using FastShard.Server.Replication;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>
/// The orderly end: replicas get the rest of the stream, the last save is made, and then nothing runs any more. What
/// changes anything here happens while all shards are held.
/// </summary>
internal sealed class Shutdown(FastShardServer server)
{
    private ShutdownTerms _terms;
    private long _deadlineMillis;
    private long _target; // where the stream's changes end, as far as replicas were asked
    private long _askedEnd; // the stream's end behind that question
    private bool _isBySignal;
    private bool _hasSaved;

    /// <summary>Replicas are waited for. Any thread.</summary>
    public bool IsWaiting => Volatile.Read(ref _deadlineMillis) != 0;

    /// <summary>For how long at most.</summary>
    public long MillisLeft(long nowMillis) => Math.Max(_deadlineMillis - nowMillis, 0);

    /// <summary>
    /// Ends the server as soon as all replicas have what was written, or shutdown-timeout is over. Granted means that
    /// no command runs any more, so that nothing is changed behind the save; whoever asked has to stop the server then.
    /// </summary>
    public ShutdownStep Begin(ShutdownTerms terms, bool isBySignal = false)
    {
        if (server.Gates.IsEnding) return ShutdownStep.Granted;
        if (IsWaiting) return ShutdownStep.Waits;
        _terms = terms;
        _isBySignal = isBySignal;
        int seconds = server.Options.ShutdownTimeoutSeconds;
        if (terms.IsNow || seconds == 0 || server.Replication.Replicas.All.Length == 0) return Finish();
        // Also where all seem to have everything: commands that were let through already may still be on their way.
        Volatile.Write(ref _deadlineMillis, SystemClock.WallMillis() + (seconds * 1000L));
        server.SetHoldingForEnd(null, true);
        _askedEnd = 0;
        server.Replication.Hurry();
        Log.Notice("Waiting for replicas before shutting down.");
        return ShutdownStep.Waits;
    }

    /// <summary>
    /// A signal asks for the end; on a thread that holds no shard. True when it is the second one of somebody who does
    /// not want to wait for replicas: the end comes without a save then.
    /// </summary>
    public bool Begin(string signal, out ShutdownStep step)
    {
        bool insists = false;
        ShutdownStep outcome = ShutdownStep.Refused;
        string[] how = signal == "SIGINT" ? server.Options.ShutdownOnSigint : server.Options.ShutdownOnSigterm;
        server.WithAllHeld(() =>
        {
            insists = IsWaiting && _isBySignal && signal == "SIGINT";
            if (insists) server.Gates.SetEnding();
            outcome = Begin(ShutdownTerms.Of(how), isBySignal: true);
        });
        step = outcome;
        if (insists) Log.Warning("You insist... exiting now.");
        return insists;
    }

    /// <summary>By the first shard's worker, often while replicas are waited for.</summary>
    public void Tick(ShardWorker worker)
    {
        if (!IsWaiting || server.Gates.IsEnding) return;
        worker.HoldAll(server.AllShards);
        if (!IsWaiting || server.Gates.IsEnding) return;
        if (worker.NowMillis < _deadlineMillis && !HaveAll()) return;
        if (Finish() == ShutdownStep.Granted) server.RequestStop();
        else Cancel(worker);
    }

    /// <summary>SHUTDOWN ABORT; false when nothing is waited for.</summary>
    public bool TryAbort(ShardWorker worker)
    {
        if (!IsWaiting) return false;
        Cancel(worker);
        Log.Notice("Shutdown manually aborted.");
        return true;
    }

    /// <summary>
    /// Commands that were on their way to another shard may have run behind the save: then it is done again, by the
    /// last thread.
    /// </summary>
    public void End()
    {
        if (_hasSaved && server.Saver.Changes > 0) server.Saver.SaveNow();
    }

    // The question that makes replicas answer at once is in the stream as well: they need not have that.
    private bool HaveAll()
    {
        Replicator replication = server.Replication;
        long end = replication.SettleStream();
        if (end != _askedEnd)
        {
            _target = _askedEnd = end;
            if (!replication.IsReplica && replication.Feed.IsOn)
            {
                server.Aof.Log.PostRaw(ReplicationCommands.Question);
                _askedEnd += ReplicationCommands.Question.Length;
                return false;
            }
        }
        return CountLagging(report: false) == 0;
    }

    private ShutdownStep Finish()
    {
        Report();
        if (server.Aof.AwaitsBase && server.Aof.IsRewriting && !CanGoWithoutBase()) return Refuse();
        bool isWanted = _terms.Saves || (!_terms.SkipsSave && server.Options.Save.Length > 0);
        // What is loaded only in part must not take the place of the whole.
        if (isWanted && !server.Gates.IsLoading)
        {
            Log.Notice("Saving the final RDB snapshot before exiting.");
            if (server.Saver.SaveNow() is not null)
            {
                Log.Warning($"Error trying to save the DB{(_terms.IsForced ? ". Exit anyway." : ", can't exit.")}");
                if (!_terms.IsForced) return Refuse();
            }
            _hasSaved = true;
        }
        server.Saver.Cancel("because the server ends");
        server.Gates.SetEnding();
        return ShutdownStep.Granted;
    }

    private bool CanGoWithoutBase()
    {
        Log.Warning($"Writing initial AOF{(_terms.IsForced ? ". Exit anyway." : ", can't exit.")}");
        return _terms.IsForced;
    }

    private static ShutdownStep Refuse()
    {
        Log.Warning("Errors trying to shut down the server. Check the logs for more information.");
        return ShutdownStep.Refused;
    }

    private void Report()
    {
        int count = server.Replication.Replicas.All.Length;
        if (count == 0) return;
        if (!IsWaiting) _target = server.Replication.SettleStream();
        Log.Notice($"{count - CountLagging(report: true)} of {count} replicas are in sync when shutting down.");
    }

    private int CountLagging(bool report)
    {
        int count = 0;
        foreach (Replica replica in server.Replication.Replicas.All)
        {
            ReplicaProgress progress = replica.Progress;
            if (progress.Acknowledged >= _target && progress.State == ReplicaState.Online) continue;
            count++;
            if (!report) continue;
            (string host, int port) = replica.Endpoint();
            long lag = progress.State == ReplicaState.Online ? progress.LagSeconds(SystemClock.WallMillis()) : 0;
            Log.Warning(
                $"Lagging replica {host}:{port} reported offset {_target - progress.Acknowledged} behind master, "
                + $"lag={lag}, state={progress.StateName}.");
        }
        return count;
    }

    private void Cancel(ShardWorker worker)
    {
        Volatile.Write(ref _deadlineMillis, 0);
        foreach (Connection client in server.AllConnections())
        {
            if (client.Blocked is { Kind: BlockKind.Shutdown })
                _ = Blocker.TryFail(worker, client, "ERR Errors trying to SHUTDOWN. Check logs."u8);
        }
        server.SetHoldingForEnd(worker, false);
    }
}
