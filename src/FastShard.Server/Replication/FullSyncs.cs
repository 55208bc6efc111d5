using FastShard.Persistence.Snapshots;
using FastShard.Replication.Backlog;
using FastShard.Replication.Primary;
using FastShard.Server.Logging;
using FastShard.Server.Saving;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>
/// Snapshots for replicas: all that wait when one can begin share it. The cut of the snapshot and the beginning of the
/// stream behind it are one instant: all shards are held, and what they have changed is posted before the place in the
/// stream is taken.
/// </summary>
internal sealed class FullSyncs(FastShardServer server)
{
    /// <summary>Begins one if anybody waits and it can be; by the first shard's worker between two commands.</summary>
    public void Tick(ShardWorker worker)
    {
        if (!IsDue(worker.NowMillis)) return;
        worker.HoldAll(server.AllShards);
        Replica[] waiting = Waiting();
        if (waiting.Length > 0 && server.Saver.Run is null) Begin(waiting);
    }

    private bool IsDue(long nowMillis)
    {
        Replica[] waiting = Waiting();
        if (waiting.Length == 0 || server.Saver.Run is not null || server.Gates.IsLoading) return false;
        int most = server.Options.DisklessSyncReplicasMax;
        if (!server.Options.DisklessSync || (most > 0 && waiting.Length >= most)) return true;
        long since = nowMillis;
        foreach (Replica replica in waiting) since = Math.Min(since, replica.WaitsSinceMillis);
        return nowMillis - since >= server.Options.DisklessSyncDelaySeconds * 1000L;
    }

    private Replica[] Waiting() => Array.FindAll(
        server.Replication.Replicas.All,
        static replica => replica.Progress.State == ReplicaState.AwaitsSnapshot && !replica.IsGone);

    private void Begin(Replica[] replicas)
    {
        bool isMarked = server.Options.DisklessSync
            && Array.TrueForAll(replicas, static replica => replica.Progress.ReadsMarkedEnd);
        foreach (Replica replica in replicas)
        {
            replica.Pipe = new BytePipe();
            replica.Progress.BeginSnapshot(isMarked);
        }
        server.Replication.PostAll();
        server.Aof.Log.PostCut(() => Place(replicas));
        string path = Path.Combine(server.Options.Directory, $"temp-replication-{Environment.ProcessId}.rdb");
        ISnapshotSink sink = isMarked
            ? new TransferSink(replicas, FastShardServer.RandomId())
            : new SpooledSink(replicas, path);
        SnapshotSettings settings = SnapshotTerms.Of(server, isAppendOnlyBase: false, server.Saver.Functions);
        settings = settings with { LateNotes = server.Replication.PlaceNotes() };
        _ = server.Saver.TryBegin(settings, sink, NoteOver, giveUp: () => Drop(replicas));
        Log.Notice($"Starting a snapshot for {replicas.Length} replicas, {(isMarked ? "diskless" : "by a file")}");
    }

    // On the log's thread, in front of everything that is changed behind the cut.
    private void Place(Replica[] replicas)
    {
        ReplicationFeed feed = server.Replication.Feed;
        // The new reader knows of no database. A stream that is passed on stays as it is: the snapshot tells the
        // database.
        if (!feed.IsProxy) feed.ChooseDatabaseAnew();
        foreach (Replica replica in replicas)
        {
            BacklogReader reader = feed.Backlog.Attach(feed.Backlog.End);
            string greeting = $"+FULLRESYNC {server.Replication.Ids.Id} {reader.Position}\r\n";
            replica.Place(reader, replica.Progress.IsOld ? "" : greeting);
            replica.Home.Reactor.Wake();
        }
    }

    // Whoever holds all shards cannot wait until replicas have taken the rest: they come again.
    private static void Drop(Replica[] replicas)
    {
        foreach (Replica replica in replicas) replica.Drop();
    }

    private static void NoteOver(SnapshotRun run)
    {
        if (run.Snapshot.State == SnapshotState.Done)
            Log.Notice($"The snapshot for replicas is complete: {run.Snapshot.WrittenBytes} bytes");
        else
            Log.Warning($"The snapshot for replicas has failed: {run.Snapshot.Error ?? "it was given up"}");
    }
}
