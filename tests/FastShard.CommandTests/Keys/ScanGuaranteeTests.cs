using FastShard.CommandTests.Harness;
using Xunit;

namespace FastShard.CommandTests.Keys;

/// <summary>
/// What SCAN promises while the keys change: one that is there from begin to end of a walk is returned, one that was
/// never there is not, and nothing is returned twice unless it went and came back.
/// </summary>
public sealed class ScanGuaranteeTests
{
    private const int Staying = 150;

    [Theory]
    [InlineData(1, 1, 10)]
    [InlineData(2, 3, 1)]
    [InlineData(3, 3, 10)]
    [InlineData(4, 7, 57)]
    [InlineData(5, 2, 1000)]
    public void A_walk_returns_what_stays(int seed, int shards, int count)
    {
        using CommandHarness harness = new(shards);
        var random = new Random(seed);
        for (int key = 0; key < Staying; key++) harness.Run($"SET stay:{key} x");
        // Half of them in one slot, so that its index splits and joins while it is walked.
        for (int key = 0; key < Staying; key++) harness.Run($"SET {{t}}stay:{key} x");

        var returned = new Dictionary<string, int>();
        string cursor = "0";
        double last = -1;
        do
        {
            (cursor, string[] keys) = Parse(harness.Run($"SCAN {cursor} COUNT {count}"));
            foreach (string key in keys) returned[key] = returned.GetValueOrDefault(key) + 1;
            if (cursor != "0")
            {
                double place = double.Parse(cursor);
                Assert.True(place > last && place < Math.Pow(2, 53));
                last = place;
            }
            if (random.Next(4) == 0) Churn(harness, random);
        }
        while (cursor != "0");

        for (int key = 0; key < Staying; key++)
        {
            Assert.Equal(1, returned.GetValueOrDefault($"stay:{key}"));
            Assert.Equal(1, returned.GetValueOrDefault($"{{t}}stay:{key}"));
        }
        Assert.DoesNotContain(returned.Keys, static key => !key.Contains("stay:") && !key.Contains("pass:"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_walk_that_was_begun_elsewhere_goes_on_after_keys_have_gone(int shards)
    {
        using CommandHarness harness = new(shards);
        for (int key = 0; key < 100; key++) harness.Run($"SET k:{key} x");
        (string cursor, _) = Parse(harness.Run("SCAN 0 COUNT 30"));
        harness.Run("FLUSHALL");
        Assert.Equal("""["0", []]""", harness.Run($"SCAN {cursor}"));
    }

    [Fact]
    public void A_page_is_about_as_long_as_asked_for()
    {
        using CommandHarness harness = new(shards: 3);
        for (int key = 0; key < 500; key++) harness.Run($"SET {{t}}:{key} x");
        for (int key = 0; key < 500; key++) harness.Run($"SET k:{key} x");
        foreach (int count in (ReadOnlySpan<int>)[1, 10, 100])
        {
            string cursor = "0";
            do
            {
                (cursor, string[] keys) = Parse(harness.Run($"SCAN {cursor} COUNT {count}"));
                if (cursor != "0") Assert.InRange(keys.Length, count, count + 32);
            }
            while (cursor != "0");
        }
    }

    [Fact]
    public void Filters_do_not_make_a_page_longer()
    {
        using CommandHarness harness = new();
        for (int key = 0; key < 300; key++) harness.Run($"SET k:{key} x");
        (string cursor, string[] keys) = Parse(harness.Run("SCAN 0 COUNT 10 MATCH nothing"));
        Assert.NotEqual("0", cursor);
        Assert.Empty(keys);
    }

    private static void Churn(CommandHarness harness, Random random)
    {
        string tag = random.Next(2) == 0 ? "{t}" : "";
        int from = random.Next(600);
        string[] keys = [.. Enumerable.Range(from, 200).Select(key => $"{tag}pass:{key}")];
        if (random.Next(2) == 0) harness.Run("MSET " + string.Join(" x ", keys) + " x");
        else harness.Run("DEL " + string.Join(' ', keys));
    }

    /// <summary>["17", ["a", "b"]] as a cursor and names; the names hold neither quotes nor brackets.</summary>
    internal static (string Cursor, string[] Keys) Parse(string reply)
    {
        string[] parts = reply.Split('"');
        return (parts[1], [.. parts.Skip(3).Where(static (_, index) => index % 2 == 0)]);
    }
}
