using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory;

/// <summary>Sets of integers agree with sorted sets, widths change where they must, and bytes are Redis's.</summary>
public sealed class IntSetTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 100)]
    [InlineData(HeapMode.Guarded, 2, 100_000)]
    [InlineData(HeapMode.Counting, 3, long.MaxValue)]
    public void Agrees_with_a_sorted_set(HeapMode mode, int seed, long range)
    {
        using TestTable test = new(mode);
        Entry entry = test.Insert("s", ValueType.Set, ValueEncoding.IntSet, new byte[IntSet.EmptyBytes]);
        EntryIntSet.WriteEmpty(test.Table, ref entry);
        Random random = new(seed);
        SortedSet<long> expected = [];
        for (int step = 0; step < 3_000; step++)
        {
            long member = random.NextInt64(-range, range);
            if (expected.Count > 0 && random.Next(3) == 0) member = expected.ElementAt(random.Next(expected.Count));
            EntryIntSet set = new(test.Table, ref entry);
            if (random.Next(100) < (step < 1_500 ? 30 : 70)) Assert.Equal(expected.Remove(member), set.Remove(member));
            else Assert.Equal(expected.Add(member), set.TryAdd(member));
            Assert.Equal(expected.Contains(member), IntSet.TryFind(entry.Value, member, out _));
            Assert.Equal(expected.Count, IntSet.Count(entry.Value));
            if (step % 50 != 0) continue;
            byte[] bytes = entry.Value.ToArray();
            Assert.Equal(expected, Enumerable.Range(0, expected.Count).Select(rank => IntSet.Get(bytes, rank)));
            Assert.True(expected.Count == 0 || IntSet.IsValid(entry.Value));
        }
    }

    [Fact]
    public void Bytes_are_those_of_redis()
    {
        using TestTable test = new(HeapMode.Counting);
        Entry entry = test.Insert("s", ValueType.Set, ValueEncoding.IntSet, new byte[IntSet.EmptyBytes]);
        EntryIntSet.WriteEmpty(test.Table, ref entry);
        EntryIntSet set = new(test.Table, ref entry);
        foreach (long member in (long[])[7, -1]) Assert.True(set.TryAdd(member));
        Assert.Equal("0200000002000000FFFF0700", Convert.ToHexString(entry.Value));
        Assert.True(set.TryAdd(70_000));
        Assert.Equal("0400000003000000FFFFFFFF0700000070110100", Convert.ToHexString(entry.Value));
        set.RemoveAt(1);
        Assert.Equal("0400000002000000FFFFFFFF70110100", Convert.ToHexString(entry.Value));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0200000000000000")]
    [InlineData("03000000010000000100")]
    [InlineData("0200000002000000FFFF")]
    [InlineData("02000000020000000700FFFF")]
    [InlineData("020000000200000007000700")]
    [InlineData("02000000FFFFFFFF07000700")]
    public void Foreign_bytes_are_refused(string hex) => Assert.False(IntSet.IsValid(Convert.FromHexString(hex)));
}
