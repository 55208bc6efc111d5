using FastShard.Native.Host;
using FastShard.Persistence.Snapshots;

namespace FastShard.Server.Saving;

/// <summary>A snapshot under way, with its writer's thread.</summary>
internal sealed class SnapshotRun : IDisposable
{
    private const int WriterNiceness = 10;

    private readonly Action _whenWritten;
    private readonly Thread _writer;

    /// <param name="snapshot">Just begun.</param>
    /// <param name="whenWritten">Called on the writer's thread at its end.</param>
    public SnapshotRun(Snapshot snapshot, Action whenWritten)
    {
        Snapshot = snapshot;
        _whenWritten = whenWritten;
        _writer = new Thread(Write) { IsBackground = true, Name = "snapshot" };
        _writer.Start();
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
        _writer.Join();
    }

    public void Dispose()
    {
        _writer.Join();
        Snapshot.Dispose();
    }

    private void Write()
    {
        // With fewer cores than threads, clients come first; the walks wait for the writer, not the clients.
        ThreadNiceness.Set(WriterNiceness);
        Snapshot.Write();
        _whenWritten();
    }
}
