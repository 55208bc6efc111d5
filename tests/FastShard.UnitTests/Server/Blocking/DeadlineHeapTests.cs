using FastShard.Server.Blocking;
using Xunit;

namespace FastShard.UnitTests.Server.Blocking;

public sealed class DeadlineHeapTests
{
    private readonly DeadlineHeap _heap = new();

    [Fact]
    public void Nobody_waits_until_the_end_of_time()
    {
        Assert.Equal(0, _heap.Count);
        Assert.Equal(long.MaxValue, _heap.NextMillis);
    }

    [Fact]
    public void Deadlines_come_in_their_order_whatever_came_and_went()
    {
        Random random = new(1);
        List<BlockedCall> calls = [];
        for (int step = 0; step < 20_000; step++)
        {
            int choice = random.Next(10);
            if (choice < 5 || calls.Count == 0)
            {
                BlockedCall call = new(null!) { DeadlineMillis = random.Next(1000) };
                _heap.Add(call);
                calls.Add(call);
            }
            else if (choice < 8)
            {
                int index = random.Next(calls.Count);
                _heap.Remove(calls[index]);
                Assert.Equal(-1, calls[index].DeadlineIndex);
                calls.RemoveAt(index);
            }
            else
            {
                _heap.Move(calls[random.Next(calls.Count)], random.Next(1000));
            }
            Assert.Equal(calls.Count, _heap.Count);
            Assert.Equal(calls.Count == 0 ? long.MaxValue : calls.Min(call => call.DeadlineMillis), _heap.NextMillis);
        }
    }

    [Fact]
    public void Taking_out_what_is_not_in_does_no_harm()
    {
        _heap.Add(new BlockedCall(null!) { DeadlineMillis = 5 });
        _heap.Remove(new BlockedCall(null!) { DeadlineMillis = 1 });
        Assert.Equal(1, _heap.Count);
        Assert.Equal(5, _heap.First.DeadlineMillis);
    }
}
