using FastShard.Server.PubSub;
using Xunit;

namespace FastShard.UnitTests.Server.PubSub;

public sealed class PushQueueTests
{
    [Fact]
    public void A_few_pushes_never_wait()
    {
        PushQueue queue = new();
        Assert.True(queue.IsDue(0));
        queue.NoteSent(1_000_000, 1_040_000);
        Assert.True(queue.IsDue(1_040_000));
    }

    [Fact]
    public void After_a_long_sending_there_is_a_pause_in_proportion()
    {
        PushQueue queue = new();
        queue.NoteSent(1_000_000, 1_100_000);
        Assert.False(queue.IsDue(1_899_999));
        Assert.True(queue.IsDue(1_900_000));
    }

    [Fact]
    public void A_pause_is_never_longer_than_a_millisecond()
    {
        PushQueue queue = new();
        queue.NoteSent(0, 50_000_000);
        Assert.False(queue.IsDue(50_999_999));
        Assert.True(queue.IsDue(51_000_000));
    }
}
