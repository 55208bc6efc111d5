using FastShard.CommandTests.Harness;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Snapshots;
using Xunit;

namespace FastShard.CommandTests.Persistence;

/// <summary>A snapshot is of the moment of its cut, whatever is done while it goes on.</summary>
public sealed class CutTests
{
    // Each of them changes or removes something that every walk below has taken in part, or not at all.
    public static TheoryData<string> Changes =>
    [
        "HSET k:large-hash new 1", "HDEL k:large-hash field:1", "SADD k:large-set new", "SPOP k:large-set 100",
        "ZADD k:large-sorted-set 5 new", "ZREMRANGEBYRANK k:large-sorted-set 0 100", "RPUSH k:list-of-packs new",
        "LSET k:list-of-packs 3 new", "LPOP k:list-of-packs 100",
        "DEL k:large-hash", "RENAME k:large-set k:large-hash", "COPY k:large-hash k:large-set REPLACE",
        "MOVE k:large-hash 5", "EXPIRE k:large-set 5", "FLUSHDB", "FLUSHALL", "SWAPDB 0 3", "SWAPDB 0 7",
        "SUNIONSTORE k:large-set k:large-set k:set-as-a-pack", "GETDEL k:text", "SETRANGE k:blob 5 xxx",
        "XADD k:stream * a b", "XTRIM k:stream MAXLEN 3", "XADD k:long-stream-with-groups * a b",
        "XACK k:long-stream-with-groups g 1-1", "XGROUP DESTROY k:long-stream-with-groups g",
        "LTRIM k:list-of-packs 0 3", "UNLINK k:large-sorted-set",
    ];

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_at_any_step_of_the_walk_is_not_in_it(string change)
    {
        bool wasMidway = true;
        for (int steps = 0; wasMidway; steps = (steps * 2) + 1)
        {
            using CommandHarness harness = SnapshotTests.Filled();
            using CommandHarness before = SnapshotTests.Filled();
            using MemorySink sink = new();
            using Snapshot snapshot = Snapshot.Begin(harness.Dataset, SnapshotLab.Settings(), sink);
            for (int step = 0; step < steps; step++) snapshot.Shard(step % 3).Walk(untilNanos: 0);
            wasMidway = !snapshot.Shard(0).IsFinished;
            harness.Run(change);
            SnapshotLab.Finish(snapshot);
            using CommandHarness loaded = new();
            Assert.Null(SnapshotLab.Load(sink.Bytes, loaded));
            SnapshotTests.AssertEqual(before, loaded);
        }
    }

    [Fact]
    public void Passed_deadlines_and_expiry_do_not_change_it()
    {
        using CommandHarness harness = new(shards: 1);
        harness.Run("SET volatile v PX 50");
        harness.Run("HSET fields a 1 b 2");
        harness.Run("HPEXPIRE fields 50 FIELDS 1 a");
        using CutCheck check = CutCheck.Begin(harness.Dataset);
        harness.AdvanceMillis(100);
        Assert.Equal("(nil)", harness.Run("GET volatile"));
        Engine.Expiry.FieldExpiry.Run(harness.Dataset[0]);
        Engine.Expiry.ActiveExpiry.Run(harness.Dataset[0], effort: 10);
        Assert.Equal("1", harness.Run("HLEN fields"));
        check.Finish();
    }

    [Fact]
    public void A_change_that_nobody_told_the_snapshot_of_would_be_found()
    {
        using CommandHarness harness = new(shards: 1);
        harness.Run("SET counter 1");
        using CutCheck check = CutCheck.Begin(harness.Dataset);
        byte[] name = "counter"u8.ToArray();
        int slot = KeySlot.Of(name);
        Database home = harness.Dataset.Home(slot, 0);
        Assert.True(home.Table.TryFind(slot, KeyHash.Of(name), name, out Entry entry));
        entry.SetInteger(2);
        Assert.Throws<InvalidOperationException>(check.Finish);
    }
}
