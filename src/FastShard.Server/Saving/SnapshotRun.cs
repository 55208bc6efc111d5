using FastShard.Persistence.Snapshots;

namespace FastShard.Server.Saving;

/// <summary>A snapshot under way, and what is to be done when it is over.</summary>
internal sealed class SnapshotRun : IDisposable
{
    private readonly Action _whenWritten;
    private readonly SnapshotThread _thread;

    /// <param name="snapshot">Just begun.</param>
    /// <param name="thread">Who writes it, when it is told to.</param>
    /// <param name="whenWritten">Called on the writer's thread at its end.</param>
    public SnapshotRun(Snapshot snapshot, SnapshotThread thread, Action whenWritten)
    {
        Snapshot = snapshot;
        _thread = thread;
        _whenWritten = whenWritten;
    }

    public Snapshot Snapshot { get; }

    /// <summary>It writes the snapshot file, and nobody else's.</summary>
    public required bool IsSave { get; init; }

    /// <summary>Called when it is over, whatever became of it, while every shard is held.</summary>
    public required Action<SnapshotRun> WhenOver { get; init; }

    /// <summary>
    /// Makes it end soon, because nobody can wait for whoever it is sent to; null = it ends by itself.
    /// </summary>
    public Action? GiveUp { get; init; }

    /// <summary>Milliseconds since 1970 at the cut.</summary>
    public required long StartedMillis { get; init; }

    /// <summary>Changes counted at the cut: they are in the snapshot.</summary>
    public required long DirtyAtCut { get; init; }

    /// <summary>What was taken so far; every shard is held.</summary>
    public long TakenKeys
    {
        get
        {
            long keys = 0;
            foreach (ShardSnapshot shard in Snapshot.Shards) keys += shard.TakenKeys;
            return keys;
        }
    }

    /// <summary>Bytes that were copied because their keys were about to change; every shard is held.</summary>
    public long CopiedBytes
    {
        get
        {
            long bytes = 0;
            foreach (ShardSnapshot shard in Snapshot.Shards) bytes += shard.CopiedBytes;
            return bytes;
        }
    }

    /// <summary>Everything at once: for whoever holds all shards, and may wait.</summary>
    public void RunToEnd()
    {
        Snapshot.WalkAll();
        _thread.Await(this);
    }

    /// <summary>The writer's work.</summary>
    public void Write()
    {
        Snapshot.Write();
        _whenWritten();
    }

    /// <summary>Frees what it needed; waits for nobody where it is over, as every shard is held.</summary>
    public void Dispose()
    {
        if (!Snapshot.IsOver) _thread.Await(this);
        Snapshot.Dispose();
    }
}
