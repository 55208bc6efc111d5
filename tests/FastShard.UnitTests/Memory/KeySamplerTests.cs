using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

public sealed class KeySamplerTests
{
    [Fact]
    public void Finds_nothing_in_nothing()
    {
        using TestTable test = new(HeapMode.Counting);
        ulong state = 1;
        Assert.Equal(0, test.Table.Sample(ref state, volatileOnly: false, new Entry[5]));
        test.Insert("a", default, default, "v"u8);
        Assert.Equal(0, test.Table.Sample(ref state, volatileOnly: true, new Entry[5]));
        Assert.Equal(1, test.Table.Sample(ref state, volatileOnly: false, new Entry[5]));
        Assert.Equal(0, test.Table.Sample(ref state, volatileOnly: false, []));
    }

    [Fact]
    public void The_one_key_with_a_deadline_is_found_among_many()
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < 20_000; index++)
            test.Insert($"{{t}}{index}", default, default, "v"u8, expiryMillis: index == 777 ? 1 : 0);
        ulong state = 0;
        Entry[] output = new Entry[3];
        for (int round = 0; round < 50; round++)
        {
            Assert.Equal(1, test.Table.Sample(ref state, volatileOnly: true, output));
            Assert.Equal("{t}777"u8, output[0].Key);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Samples_are_distinct_and_reach_every_key_about_as_often(bool oneLargeSlot)
    {
        const int Keys = 1000;
        const int Rounds = 20_000;
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < Keys; index++)
        {
            string name = oneLargeSlot && index % 2 == 0 ? $"{{t}}{index}" : $"{index}";
            test.Insert(name, default, default, BitConverter.GetBytes(index));
        }
        int[] times = new int[Keys];
        Entry[] output = new Entry[5];
        ulong state = 42;
        for (int round = 0; round < Rounds; round++)
        {
            int count = test.Table.Sample(ref state, volatileOnly: false, output);
            Assert.Equal(5, count);
            HashSet<int> distinct = [];
            foreach (Entry entry in output) Assert.True(distinct.Add(BitConverter.ToInt32(entry.Value)));
            foreach (int index in distinct) times[index]++;
        }
        // A hundred times each on average; bucket fill makes some more likely than others, within reason.
        Assert.InRange(times.Min(), 20, 100);
        Assert.InRange(times.Max(), 100, 350);
        // And the large slot, half of the keys, gets about half of the samples.
        int even = Enumerable.Range(0, Keys / 2).Sum(index => times[2 * index]);
        Assert.InRange(even / (5.0 * Rounds), 0.42, 0.58);
    }
}
