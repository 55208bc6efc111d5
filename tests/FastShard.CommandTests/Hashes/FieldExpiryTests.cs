using FastShard.CommandTests.Harness;
using FastShard.Engine.Expiry;
using FastShard.Engine.Keyspaces;
using Xunit;

namespace FastShard.CommandTests.Hashes;

/// <summary>
/// Fields whose deadline has passed go by themselves, in bounded steps, and with the last one the hash.
/// </summary>
public sealed class FieldExpiryTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(5_000)]
    public void Passed_fields_are_removed_and_others_stay(int fields)
    {
        using CommandHarness harness = new(1);
        for (int field = 0; field < fields; field++)
        {
            harness.Run($"HSET h f{field} v");
            if (field % 2 == 0) harness.Run($"HPEXPIRE h {100 + (field % 50)} FIELDS 1 f{field}");
        }
        harness.AdvanceMillis(99);
        Assert.Equal(1, Calls(harness));
        Assert.Equal($"{fields}", harness.Run("HLEN h"));
        harness.AdvanceMillis(100);
        Assert.InRange(Calls(harness), 1, 1 + (fields / 500));
        Assert.Equal($"{fields / 2}", harness.Run("HLEN h"));
        Assert.Equal(fields / 2, harness.Dataset[0].Counters.ExpiredFields);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(3_000)]
    public void The_key_goes_with_its_last_field(int fields)
    {
        using CommandHarness harness = new(1);
        for (int field = 0; field < fields; field++) harness.Run($"HSETEX h PX 50 FIELDS 1 f{field} v");
        harness.AdvanceMillis(50);
        Assert.Equal("1", harness.Run("EXISTS h"));
        Calls(harness);
        Assert.Equal("0", harness.Run("EXISTS h"));
        Assert.Equal(0, harness.Dataset[0][0].FieldDeadlines.Count);
    }

    [Fact]
    public void A_large_hash_does_not_hold_small_ones_up()
    {
        using CommandHarness harness = new(1);
        for (int field = 0; field < 30_000; field++)
            harness.Run($"HSETEX large PX {(field == 0 ? 10 : 1_000_000)} FIELDS 1 f{field} v");
        harness.AdvanceMillis(20);
        for (int key = 0; key < 100; key++) harness.Run($"HSETEX small{key} PX 10 FIELDS 1 f v");
        harness.AdvanceMillis(20);
        for (int call = 0; call < 3; call++)
        {
            Run(harness);
            harness.AdvanceMillis(1);
        }
        for (int key = 0; key < 100; key++) Assert.Equal("0", harness.Run($"EXISTS small{key}"));
    }

    [Fact]
    public void Old_items_do_not_pile_up()
    {
        using CommandHarness harness = new(1);
        for (int key = 0; key < 10; key++) harness.Run($"HSET h{key} f v");
        // Each earlier deadline leaves an item behind.
        for (int step = 0; step < 2_000; step++)
            harness.Run($"HPEXPIRE h{step % 10} {10_000_000 - step} FIELDS 1 f");
        Assert.InRange(harness.Dataset[0][0].FieldDeadlines.Count, 10, 200);
        // So does every hash that goes.
        for (int step = 0; step < 2_000; step++) harness.Run($"HSETEX gone{step} PX 9000 FIELDS 1 f v");
        for (int step = 0; step < 2_000; step++) harness.Run($"DEL gone{step}");
        for (int step = 0; step < 2_000; step++) harness.Run($"HPEXPIRE h1 {9_000_000 - step} FIELDS 1 f");
        Assert.InRange(harness.Dataset[0][0].FieldDeadlines.Count, 10, 200);
        harness.Run("FLUSHALL");
        Assert.Equal(0, harness.Dataset[0][0].FieldDeadlines.Count);
    }

    [Fact]
    public void A_renamed_or_copied_hash_is_looked_after()
    {
        using CommandHarness harness = new(3);
        harness.Run("HSETEX a PX 100 FIELDS 1 f v");
        harness.Run("COPY a b");
        harness.Run("RENAME a c");
        harness.Run("HSETEX x PX 100 FIELDS 1 f " + new string('v', 100));
        harness.Run("COPY x y");
        harness.Run("RENAME x z");
        harness.AdvanceMillis(100);
        Run(harness);
        foreach (string key in (string[])["a", "b", "c", "x", "y", "z"])
            Assert.Equal("0", harness.Run($"EXISTS {key}"));
    }

    /// <summary>Calls until there is no reason to call at once again.</summary>
    private static int Calls(CommandHarness harness)
    {
        int calls = 1;
        while (Run(harness)) calls++;
        return calls;
    }

    private static bool Run(CommandHarness harness)
    {
        bool isBehind = false;
        foreach (Keyspace keyspace in harness.Dataset.Keyspaces)
        {
            keyspace.NowMillis = harness.NowMillis;
            isBehind |= FieldExpiry.Run(keyspace);
        }
        return isBehind;
    }
}
