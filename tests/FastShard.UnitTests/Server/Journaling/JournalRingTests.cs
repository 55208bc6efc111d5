using FastShard.Server.Journaling;
using Xunit;

namespace FastShard.UnitTests.Server.Journaling;

public sealed class JournalRingTests
{
    [Fact]
    public void Chunks_come_in_the_order_of_their_tickets_whoever_posts_them()
    {
        JournalRing ring = new();
        const int Each = 20_000;
        long[] last = [0, 0, 0];
        Thread[] posters = [.. Enumerable.Range(0, 3).Select(poster => new Thread(() =>
        {
            for (int count = 0; count < Each; count++)
            {
                JournalChunk chunk = new();
                long ticket = ring.Post(chunk);
                Assert.True(ticket > last[poster]);
                last[poster] = ticket;
            }
        }))];
        foreach (Thread thread in posters) thread.Start();
        long taken = 0;
        while (taken < 3 * Each)
        {
            if (ring.Take() is null) continue;
            Assert.Equal(++taken, ring.Taken);
        }
        foreach (Thread thread in posters) thread.Join();
        Assert.Null(ring.Take());
        Assert.Equal(taken, ring.Posted);
        Assert.False(ring.IsHalfFull);
    }
}
