using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

/// <summary>The list of deadlines is in order whatever is added and removed, and gives its memory back.</summary>
public sealed class FieldDeadlinesTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1)]
    [InlineData(HeapMode.Guarded, 2)]
    public void Agrees_with_a_sorted_list(HeapMode mode, int seed)
    {
        using ShardHeap heap = new(mode);
        FieldDeadlines list = new(heap);
        Random random = new(seed);
        List<(long Millis, int Slot, ulong Hash)> expected = [];
        for (int step = 0; step < 20_000; step++)
        {
            bool grows = step / 4_000 % 2 == 0;
            if (expected.Count == 0 || random.Next(100) < (grows ? 70 : 30))
            {
                (long, int, ulong) item = (random.NextInt64(1L << 46), random.Next(16384), (ulong)random.NextInt64());
                expected.Add(item);
                list.Add(item.Item1, item.Item2, item.Item3);
            }
            else
            {
                int place = random.Next(3) == 0 ? random.Next(list.Count) : 0;
                list.Get(place, out long millis, out int slot, out ulong hash);
                if (place == 0) Assert.Equal(expected.Min(static item => item.Millis), millis);
                Assert.True(expected.Remove((millis, slot, hash)));
                list.RemoveAt(place);
            }
            Assert.Equal(expected.Count, list.Count);
            if (step % 500 == 0) list.Verify();
        }
        list.Clear();
        Assert.Equal(0, heap.LiveBlocks);
        Assert.Equal(0, heap.UsedBytes);
    }
}
