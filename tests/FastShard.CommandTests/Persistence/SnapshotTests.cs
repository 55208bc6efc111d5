using FastShard.CommandTests.Harness;
using FastShard.Persistence.Rdb;
using FastShard.Persistence.Snapshots;
using Xunit;

namespace FastShard.CommandTests.Persistence;

/// <summary>Files: what was written is loaded, and what is broken is refused and does no harm.</summary>
public sealed class SnapshotTests
{
    private static readonly string[] Few =
    [
        "SET s hello", "SET n 12345 EX 100", "RPUSH l a b 3", "SADD i 1 2 3", "SADD m x y", "ZADD z 1 a 2.5 b",
        "HSET h f v g w", "XADD x 1-1 a b", "XGROUP CREATE x g 0", "XREADGROUP GROUP g ann STREAMS x >",
        "SET long aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ];

    public static TheoryData<int, bool, int> Forms => new()
    {
        { 9, true, int.MaxValue }, { 10, false, 1000 }, { 10, true, int.MaxValue }, { 11, true, 7 },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_type_comes_back(int version, bool compresses, int pieceBytes)
    {
        using CommandHarness harness = Filled();
        byte[] file = SnapshotLab.Save(harness.Dataset, SnapshotLab.Settings(version, compresses));
        using CommandHarness loaded = new(shards: 2);
        Assert.Null(SnapshotLab.Load(file, loaded, pieceBytes));
        AssertEqual(harness, loaded);
        Assert.Equal("OK", loaded.Run("SELECT 3"));
        Assert.Equal("\"there\"", loaded.Run("GET other"));
    }

    [Fact]
    public void A_file_that_ends_early_is_refused_wherever_it_ends()
    {
        using CommandHarness harness = Made(Few);
        byte[] file = SnapshotLab.Save(harness.Dataset);
        using CommandHarness whole = new();
        Assert.Null(SnapshotLab.Load(file, whole));
        for (int length = 0; length < file.Length; length++)
        {
            using CommandHarness loaded = new();
            string? error = SnapshotLab.Load(file[..length], loaded);
            Assert.True(error is not null, $"{length} bytes of {file.Length}");
            Assert.Contains($"at byte {length}", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Any_changed_byte_is_found_by_the_checksum()
    {
        using CommandHarness harness = Made(Few);
        byte[] file = SnapshotLab.Save(harness.Dataset);
        for (int place = 0; place < file.Length - Crc64.Bytes; place++)
        {
            byte[] changed = [.. file];
            changed[place] ^= 0x10;
            using CommandHarness loaded = new();
            Assert.NotNull(SnapshotLab.Load(changed, loaded));
        }
    }

    [Fact]
    public void Damaged_files_without_a_checksum_do_no_harm()
    {
        using CommandHarness harness = Filled();
        byte[] file = SnapshotLab.Save(harness.Dataset, SnapshotLab.Settings() with { HasChecksum = false });
        Random random = new(42);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] changed = [.. file];
            for (int count = random.Next(1, 4); count > 0; count--)
                changed[random.Next(RdbHead.Bytes, file.Length)] = (byte)random.Next(256);
            using CommandHarness loaded = new(); // whose end finds what was leaked
            if (SnapshotLab.Load(changed, loaded) is not null) refused++;
            SnapshotLab.Save(loaded.Dataset);
        }
        Assert.InRange(refused, 1, 300);
    }

    [Fact]
    public void Libraries_of_functions_are_kept()
    {
        using CommandHarness harness = Made(Few);
        byte[] library = "#!lua name=mylib\nredis.register_function('f', function() return 1 end)"u8.ToArray();
        byte[] file = SnapshotLab.Save(harness.Dataset, SnapshotLab.Settings() with { Functions = [library] });
        Assert.Contains("mylib", System.Text.Encoding.Latin1.GetString(file), StringComparison.Ordinal);
        using CommandHarness loaded = new();
        Assert.Null(SnapshotLab.Load(file, loaded));
    }

    [Fact]
    public void A_sink_that_fails_leaves_nothing_in_the_way_of_the_next_snapshot()
    {
        using CommandHarness harness = Filled();
        using MemorySink full = new() { Room = 100 };
        using (Snapshot failing = Snapshot.Begin(harness.Dataset, SnapshotLab.Settings(), full))
        {
            SnapshotLab.Finish(failing);
            Assert.Equal(SnapshotState.Failed, failing.State);
            Assert.Equal("No space left on device", failing.Error);
        }
        Assert.True(full is { IsAbandoned: true, IsComplete: false });
        AssertWhole(harness);
    }

    [Fact]
    public void One_that_is_given_up_on_the_way_leaves_nothing_in_the_way_of_the_next()
    {
        using CommandHarness harness = Filled();
        using MemorySink sink = new();
        using (Snapshot snapshot = Snapshot.Begin(harness.Dataset, SnapshotLab.Settings(), sink))
        {
            for (int step = 0; step < 50; step++) snapshot.Shard(step % 3).Walk(untilNanos: 0);
            Assert.True(snapshot.Cancel());
            harness.Run("SET k:text changed");
            SnapshotLab.Finish(snapshot);
            Assert.Equal(SnapshotState.Cancelled, snapshot.State);
        }
        Assert.True(sink.IsAbandoned);
        AssertWhole(harness);
    }

    /// <summary>A data set of all samples, each at a key of its own, and one in another database.</summary>
    internal static CommandHarness Filled()
    {
        CommandHarness harness = new(shards: 3);
        foreach ((string name, string[] requests) in DumpSamples.All)
        {
            // Field deadlines need a version that not all of these files have.
            if (name.Contains("deadlines", StringComparison.Ordinal)) continue;
            string key = KeyOf(name);
            foreach (string request in requests)
            {
                string reply = harness.Run(request.Replace(" k ", $" {key} ", StringComparison.Ordinal));
                Assert.DoesNotContain("(error)", reply, StringComparison.Ordinal);
            }
        }
        harness.Run("EXPIRE k:text 1000");
        harness.Run("SELECT 3");
        harness.Run("SET other there");
        harness.Run("SELECT 0");
        return harness;
    }

    internal static string KeyOf(string sample) => "k:" + sample.Replace(' ', '-');

    internal static void AssertEqual(CommandHarness expected, CommandHarness actual)
    {
        foreach ((string name, _) in DumpSamples.All)
        {
            string key = KeyOf(name);
            Assert.Equal((name, expected.DigestOf(key)), (name, actual.DigestOf(key)));
            Assert.Equal((name, expected.TtlOf(key)), (name, actual.TtlOf(key)));
        }
        Assert.Equal(expected.Run("DBSIZE"), actual.Run("DBSIZE"));
    }

    private static void AssertWhole(CommandHarness harness)
    {
        byte[] file = SnapshotLab.Save(harness.Dataset);
        using CommandHarness loaded = new();
        Assert.Null(SnapshotLab.Load(file, loaded));
        AssertEqual(harness, loaded);
    }

    private static CommandHarness Made(string[] requests)
    {
        CommandHarness harness = new(shards: 3);
        foreach (string request in requests) harness.Run(request);
        return harness;
    }
}
