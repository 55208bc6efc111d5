using FastShard.Engine.Blocking;
using Xunit;

namespace FastShard.UnitTests.Engine.Blocking;

/// <summary>A wait ends once, whoever wants to end it.</summary>
public sealed class WaiterTests : IDisposable
{
    private readonly TestKeyspace _keyspace = new();
    private readonly TestWaiter _waiter = new("a", "k");

    public WaiterTests() => _waiter.Wait(_keyspace);

    public void Dispose() => _keyspace.Dispose();

    [Fact]
    public void Who_serves_it_keeps_others_from_ending_it()
    {
        Assert.True(_waiter.TryServe());
        Assert.False(_waiter.TryServe());
        Assert.False(_waiter.TryEnd());
        _waiter.End();
        Assert.False(_waiter.TryServe());
        Assert.False(_waiter.TryEnd());
    }

    [Fact]
    public void Who_ends_it_keeps_others_from_serving_it()
    {
        Assert.True(_waiter.TryEnd());
        Assert.False(_waiter.TryServe());
    }

    [Fact]
    public void Put_back_it_waits_on()
    {
        Assert.True(_waiter.TryServe());
        Assert.True(_waiter.TryPutBack());
        Assert.True(_waiter.TryServe());
    }

    [Fact]
    public void Abandoned_while_it_is_served_it_cannot_be_put_back()
    {
        Assert.True(_waiter.TryServe());
        Assert.False(_waiter.TryEndOrAbandon());
        Assert.False(_waiter.TryPutBack());
        Assert.False(_waiter.TryServe());
    }

    [Fact]
    public void Abandoned_while_it_waits_it_has_ended()
    {
        Assert.True(_waiter.TryEndOrAbandon());
        Assert.False(_waiter.TryServe());
    }

    [Fact]
    public void Abandoned_after_it_was_served_it_is_left_to_the_reply()
    {
        Assert.True(_waiter.TryServe());
        _waiter.End();
        Assert.False(_waiter.TryEndOrAbandon());
    }

    [Fact]
    public void Of_two_that_would_serve_it_at_once_one_does()
    {
        const int Rounds = 2000;
        int served = 0;
        TestWaiter[] waiters = [.. Enumerable.Range(0, Rounds).Select(_ => new TestWaiter("x", "k").Wait(_keyspace))];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(_ => new Thread(ServeAll))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Equal(Rounds, served);

        void ServeAll()
        {
            foreach (TestWaiter waiter in waiters)
            {
                if (waiter.TryServe()) Interlocked.Increment(ref served);
            }
        }
    }
}
