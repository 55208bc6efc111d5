using FastShard.CommandTests.Harness;
using FastShard.Engine.Keyspaces;
using FastShard.Persistence.Loading;
using FastShard.Persistence.Rdb;
using FastShard.Persistence.Snapshots;
using Xunit;

namespace FastShard.CommandTests.Persistence;

/// <summary>Writes and loads files in memory.</summary>
internal static class SnapshotLab
{
    public static SnapshotSettings Settings(int version = RdbVersion.Default, bool compresses = true) =>
        new() { Version = version, Compresses = compresses, Notes = [new("redis-ver", "7.2.4")] };

    /// <summary>A file of everything as it is now.</summary>
    public static byte[] Save(Dataset dataset, SnapshotSettings? settings = null)
    {
        using MemorySink sink = new();
        using Snapshot snapshot = Snapshot.Begin(dataset, settings ?? Settings(), sink);
        Finish(snapshot);
        Assert.Equal(SnapshotState.Done, snapshot.State);
        return sink.Bytes;
    }

    /// <summary>Walks to the end and writes.</summary>
    public static void Finish(Snapshot snapshot)
    {
        Thread writer = new(snapshot.Write);
        writer.Start();
        snapshot.WalkAll();
        writer.Join();
        Assert.True(snapshot.IsOver);
    }

    /// <summary>Loads a file; null, or what is wrong with it.</summary>
    public static string? Load(byte[] file, CommandHarness harness, int pieceBytes = int.MaxValue)
    {
        using RdbLoad load = new(new BytesSource(file, pieceBytes), new Target(harness.Dataset), harness.Dataset,
            harness.NowMillis);
        Assert.Equal(load.Run(), load.Error is null);
        return load.Error;
    }

    private sealed class Target(Dataset dataset) : ILoadTarget
    {
        public void Deliver(LoadBatch batch) => batch.Insert(dataset[batch.Shard]);
    }

    private sealed class BytesSource(byte[] file, int pieceBytes) : ILoadSource
    {
        private int _at;

        public long Length => file.Length;

        public string? Error => null;

        public int Read(Span<byte> target)
        {
            int count = Math.Min(Math.Min(target.Length, pieceBytes), file.Length - _at);
            file.AsSpan(_at, count).CopyTo(target);
            _at += count;
            return count;
        }

        public void Dispose()
        {
        }
    }
}
