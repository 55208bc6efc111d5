using FastShard.Native.Threading;
using Xunit;

namespace FastShard.UnitTests.Native.Threading;

public sealed class ShardTokenTests
{
    [Fact]
    public void A_free_token_is_taken_once()
    {
        using ShardToken token = new();
        Assert.False(token.IsTaken);
        Assert.True(token.TryTake());
        Assert.True(token.IsTaken);
        Assert.False(token.TryTake());
        Assert.False(token.IsWanted);
        token.Release();
        Assert.False(token.IsTaken);
        token.Take();
        Assert.False(token.TryTake());
        token.Release();
    }

    [Fact]
    public void Yielding_a_token_that_nobody_wants_keeps_it()
    {
        using ShardToken token = new();
        token.Take();
        token.Yield();
        Assert.True(token.IsTaken);
        token.AssertHeld();
        token.Release();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_thread_at_a_time_and_everybody_gets_on(bool sleepsInKernel)
    {
        const int Threads = 6;
        int rounds = sleepsInKernel ? 10_000 : 1_000;
        using ShardToken token = new(sleepsInKernel);
        long counter = 0;
        int inside = 0;
        Run(Threads, index =>
        {
            for (int i = 0; i < rounds; i++)
            {
                if (index % 2 == 0 || !token.TryTake()) token.Take();
                Assert.Equal(1, Interlocked.Increment(ref inside));
                counter++;
                if (token.IsWanted && i % 3 == 0)
                {
                    Interlocked.Decrement(ref inside);
                    token.Yield();
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                }

                Interlocked.Decrement(ref inside);
                token.Release();
            }
        });
        Assert.Equal((long)Threads * rounds, counter);
        Assert.False(token.IsTaken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_yield_gives_everybody_who_waits_a_turn(bool sleepsInKernel)
    {
        const int Waiters = 5;
        using ShardToken token = new(sleepsInKernel);
        token.Take();
        int waiting = 0;
        int served = 0;
        Thread[] threads = Start(Waiters, _ =>
        {
            Interlocked.Increment(ref waiting);
            token.Take();
            Interlocked.Increment(ref served);
            token.Release();
        });

        // A thread that said it waits may not have drawn its ticket yet, so yield until all were served; each yield
        // that sees somebody waiting must serve at least one.
        SpinWait.SpinUntil(() => Volatile.Read(ref waiting) == Waiters);
        while (Volatile.Read(ref served) < Waiters)
        {
            bool isWanted = token.IsWanted;
            int before = Volatile.Read(ref served);
            token.Yield();
            if (isWanted) Assert.True(Volatile.Read(ref served) > before);
        }

        Assert.False(token.IsWanted);
        token.Release();
        Join(threads);
    }

    [Fact]
    public void A_holder_that_keeps_yielding_starves_nobody_and_is_not_starved()
    {
        using ShardToken token = new();
        int rounds = 0;
        bool isOver = false;
        Thread[] borrowers = Start(3, _ =>
        {
            while (!Volatile.Read(ref isOver))
            {
                token.Take();
                Interlocked.Increment(ref rounds);
                token.Release();
            }
        });
        token.Take();
        for (int turn = 0; turn < 2_000; turn++)
        {
            if (token.IsWanted) token.Yield();
        }

        int sofar = Volatile.Read(ref rounds);
        while (Volatile.Read(ref rounds) < sofar + 100) token.Yield();
        Volatile.Write(ref isOver, true);
        token.Release();
        Join(borrowers);
    }

    [Fact]
    public void Many_tokens_taken_in_ascending_order_never_deadlock()
    {
        const int Tokens = 4;
        const int Threads = 5;
        const int Rounds = 5_000;
        ShardToken[] tokens = [.. Enumerable.Range(0, Tokens).Select(_ => new ShardToken())];
        long[] counters = new long[Tokens];
        long expected = 0;
        Run(Threads, index =>
        {
            Random random = new(index);
            long taken = 0;
            for (int i = 0; i < Rounds; i++)
            {
                int set = random.Next(1, 1 << Tokens);
                for (int t = 0; t < Tokens; t++) if ((set & 1 << t) != 0) tokens[t].Take();
                for (int t = 0; t < Tokens; t++)
                {
                    if ((set & 1 << t) == 0) continue;
                    counters[t]++;
                    taken++;
                    tokens[t].Release();
                }
            }

            Interlocked.Add(ref expected, taken);
        });
        Assert.Equal(expected, counters.Sum());
        foreach (ShardToken token in tokens) token.Dispose();
    }

    [Fact]
    public void A_message_is_never_left_between_a_release_and_a_try()
    {
        // One posts and then tries to take; the other lets go and then looks. Whatever the order, one of them handles.
        const int Rounds = 10_000;
        using ShardToken token = new();
        using Barrier barrier = new(2);
        int mailbox = 0;
        int left = 0;
        void HandleAll()
        {
            while (Volatile.Read(ref mailbox) != 0 && token.TryTake())
            {
                Volatile.Write(ref mailbox, 0);
                token.Release();
            }
        }

        Run(2, index =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                if (index == 0) token.Take();
                barrier.SignalAndWait();
                if (index == 0) token.Release();
                else Interlocked.Exchange(ref mailbox, 1);
                HandleAll();
                barrier.SignalAndWait();
                left += index == 0 ? Volatile.Read(ref mailbox) : 0;
            }
        });
        Assert.Equal(0, left);
    }

    private static void Run(int count, Action<int> body) => Join(Start(count, body));

    private static Thread[] Start(int count, Action<int> body)
    {
        Thread[] threads = new Thread[count];
        for (int i = 0; i < count; i++)
        {
            int index = i;
            threads[i] = new Thread(() => body(index)) { IsBackground = true };
            threads[i].Start();
        }

        return threads;
    }

    private static void Join(Thread[] threads)
    {
        foreach (Thread thread in threads) Assert.True(thread.Join(TimeSpan.FromSeconds(30)), "A thread hangs.");
    }
}
