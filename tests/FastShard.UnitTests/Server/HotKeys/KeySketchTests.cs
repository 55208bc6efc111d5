using System.Text;
using FastShard.Memory;
using FastShard.Server.HotKeys;
using Xunit;

namespace FastShard.UnitTests.Server.HotKeys;

public sealed class KeySketchTests
{
    private const int Keys = 1_000_000;

    [Theory]
    [InlineData(1, 2_000_000)]
    [InlineData(32, 6_400_000)]
    public void The_twenty_hottest_of_a_million_keys_are_among_the_first_thirty(int interval, int commands)
    {
        var zipf = new Zipf(Keys, exponent: 1.0, seed: 20);
        var sketch = new KeySketch(seed: 77);
        for (int command = 0; command < commands / interval; command++)
        {
            byte[] key = Name(zipf.Next());
            sketch.Add(KeyHash.Of(key), KeySlot.Of(key), 0, key, interval, 40);
        }
        string[] first = [.. Hottest(sketch).Take(30)];
        for (int rank = 0; rank < 20; rank++) Assert.Contains(Text(rank), first);
        Assert.Equal(commands / interval * (long)interval, sketch.Total);
    }

    [Fact]
    public void Counts_are_near_the_truth()
    {
        var zipf = new Zipf(Keys, exponent: 1.0, seed: 21);
        var sketch = new KeySketch(seed: 78);
        int truth = 0;
        for (int command = 0; command < 1_000_000; command++)
        {
            int rank = zipf.Next();
            if (rank == 3) truth++;
            byte[] key = Name(rank);
            sketch.Add(KeyHash.Of(key), KeySlot.Of(key), 0, key, 1, 40);
        }
        long counted = WeightOf(sketch, Text(3));
        Assert.InRange(counted, truth * 0.9, truth * 1.1);
    }

    [Fact]
    public void What_was_hot_gives_way_to_what_is_hot()
    {
        var sketch = new KeySketch(seed: 79);
        for (int round = 0; round < 100_000; round++) Add(sketch, round % 50);
        for (int halving = 0; halving < 20; halving++) sketch.Decay();
        for (int round = 0; round < 5000; round++) Add(sketch, 1000 + (round % 50));
        Assert.All(Hottest(sketch).Take(50), static name => Assert.StartsWith("key:1", name, StringComparison.Ordinal));
        Assert.InRange(sketch.Total, 5000, 5001);
    }

    [Fact]
    public void The_same_key_of_two_databases_counts_apart()
    {
        var sketch = new KeySketch(seed: 80);
        byte[] key = Name(1);
        for (int database = 0; database < 2; database++)
            sketch.Add(KeyHash.Of(key), KeySlot.Of(key), database, key, 10 + database, 1);
        Assert.Equal(2, Hottest(sketch).Count());
    }

    [Fact]
    public void A_long_name_is_cut_and_marked()
    {
        var sketch = new KeySketch(seed: 81);
        byte[] key = new byte[KeySketch.NameBytesMax + 1];
        key.AsSpan().Fill((byte)'x');
        sketch.Add(KeyHash.Of(key), KeySlot.Of(key), 0, key, 1, 1);
        int row = Array.FindIndex(sketch.Rows.ToArray(), static row => row.Weight > 0);
        Assert.True(sketch.Rows[row].IsCut);
        Assert.Equal(KeySketch.NameBytesMax, sketch.NameOf(row).Length);
    }

    private static void Add(KeySketch sketch, int number)
    {
        byte[] key = Name(number);
        sketch.Add(KeyHash.Of(key), KeySlot.Of(key), 0, key, 1, 1);
    }

    private static string Text(int rank) => $"key:{rank}";

    private static byte[] Name(int rank) => Encoding.ASCII.GetBytes(Text(rank));

    private static IEnumerable<string> Hottest(KeySketch sketch) =>
        Enumerable.Range(0, KeySketch.RowCount)
            .Where(row => sketch.Rows[row].Weight > 0)
            .OrderByDescending(row => sketch.Rows[row].Weight)
            .Select(row => Encoding.ASCII.GetString(sketch.NameOf(row)));

    private static long WeightOf(KeySketch sketch, string name) =>
        Enumerable.Range(0, KeySketch.RowCount)
            .Where(row => Encoding.ASCII.GetString(sketch.NameOf(row)) == name)
            .Sum(row => sketch.Rows[row].Weight);
}
