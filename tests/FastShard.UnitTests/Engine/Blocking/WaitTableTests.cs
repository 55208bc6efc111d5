using System.Text;
using FastShard.Engine.Blocking;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Engine.Blocking;

public sealed class WaitTableTests : IDisposable
{
    private readonly TestKeyspace _keyspace = new();

    private WaitTable Table => _keyspace.First.Waiters;

    public void Dispose() => _keyspace.Dispose();

    [Fact]
    public void First_come_is_first_in_the_queue()
    {
        foreach (string name in (string[])["a", "b", "c"]) new TestWaiter(name, "k").Wait(_keyspace);
        _keyspace.Put("k");
        Assert.Equal(["a", "b", "c"], NamesIn(Table.TakeReady()));
        Assert.False(Table.HasReady);
    }

    [Fact]
    public void Only_keys_that_are_waited_for_become_ready()
    {
        new TestWaiter("a", "k").Wait(_keyspace);
        _keyspace.Put("other");
        _keyspace.Put("k", database: 1);
        Assert.False(Table.HasReady);
        _keyspace.Put("k");
        Assert.True(Table.HasReady);
    }

    [Fact]
    public void Keys_become_ready_in_the_order_of_their_changes_and_once_each()
    {
        new TestWaiter("a", "x", "y", "z").Wait(_keyspace);
        foreach (string key in (string[])["z", "x", "z", "y", "x"]) _keyspace.Put(key);
        List<int> order = [];
        while (Table.TakeReady() is { } queue) order.Add(queue.First!.KeyIndex);
        Assert.Equal([2, 0, 1], order);
    }

    [Fact]
    public void A_client_may_wait_for_a_great_many_keys_and_for_one_twice()
    {
        const int Count = 200_000;
        string[] keys = [.. Enumerable.Range(0, Count).Select(static number => $"key{number}")];
        TestWaiter waiter = new TestWaiter("a", [.. keys, "key7", "key7"]).Wait(_keyspace);
        Assert.Equal(Count, Table.Count);
        _keyspace.Put("key7");
        Assert.Equal(["a"], NamesIn(Table.TakeReady()));
        Table.Leave(waiter);
        Assert.True(Table.IsEmpty);
    }

    [Fact]
    public void Time_makes_keys_ready_that_wait_for_it()
    {
        new TestWaiter("a", "x", "y").Wait(_keyspace);
        Table.SignalAt(0, KeyHash.Of("x"u8), 100);
        Table.SignalAt(0, KeyHash.Of("x"u8), 300);
        Table.SignalAt(0, KeyHash.Of("y"u8), 200);
        Table.SignalAt(0, KeyHash.Of("nobody's"u8), 150);
        Assert.Equal(100, Table.NextDueMillis);
        Table.SignalDue(100);
        Assert.Equal(0, Table.TakeReady()!.First!.KeyIndex);
        Assert.Null(Table.TakeReady());
        Assert.Equal(150, Table.NextDueMillis);
        Table.SignalDue(1000);
        Assert.Equal(1, Table.TakeReady()!.First!.KeyIndex);
        Assert.Null(Table.TakeReady());
        Assert.Equal(long.MaxValue, Table.NextDueMillis);
    }

    [Fact]
    public void A_key_that_changes_while_it_is_served_is_ready_again()
    {
        new TestWaiter("a", "k").Wait(_keyspace);
        _keyspace.Put("k");
        Assert.NotNull(Table.TakeReady());
        _keyspace.Put("k");
        Assert.NotNull(Table.TakeReady());
    }

    [Fact]
    public void A_key_that_is_put_back_is_the_first_again()
    {
        new TestWaiter("a", "x").Wait(_keyspace);
        new TestWaiter("b", "y").Wait(_keyspace);
        Assert.Equal(long.MaxValue, Table.ReadySince);
        _keyspace.Put("x");
        long since = Table.ReadySince;
        _keyspace.Put("y");
        Assert.Equal(since, Table.ReadySince);
        WaitQueue taken = Table.TakeReady()!;
        Assert.True(Table.ReadySince > since);
        _keyspace.Put("x");
        Table.PutBack(taken);
        Assert.Equal(since, Table.ReadySince);
        Assert.Equal(["a"], NamesIn(Table.TakeReady()));
        Assert.Equal(["b"], NamesIn(Table.TakeReady()));
        Assert.Equal(["a"], NamesIn(Table.TakeReady()));
        Assert.Null(Table.TakeReady());
    }

    [Fact]
    public void A_key_that_was_put_back_and_then_left_is_passed_over()
    {
        TestWaiter waiter = new TestWaiter("a", "x").Wait(_keyspace);
        _keyspace.Put("x");
        Table.PutBack(Table.TakeReady()!);
        Table.Leave(waiter);
        new TestWaiter("b", "y").Wait(_keyspace);
        Assert.Null(Table.TakeReady());
        Assert.False(Table.HasReady);
        _keyspace.Put("y");
        Assert.Equal(["b"], NamesIn(Table.TakeReady()));
    }

    [Fact]
    public void Leaving_takes_a_waiter_out_of_all_its_queues()
    {
        TestWaiter leaving = new TestWaiter("a", "x", "y").Wait(_keyspace);
        new TestWaiter("b", "y").Wait(_keyspace);
        Table.Leave(leaving);
        Assert.Equal(1, Table.Count);
        _keyspace.Put("x");
        Assert.False(Table.HasReady);
        _keyspace.Put("y");
        Assert.Equal(["b"], NamesIn(Table.TakeReady()));
    }

    [Fact]
    public void A_ready_queue_that_everybody_left_is_passed_over()
    {
        TestWaiter waiter = new TestWaiter("a", "k").Wait(_keyspace);
        _keyspace.Put("k");
        Table.Leave(waiter);
        Assert.True(Table.IsEmpty);
        Assert.Null(Table.TakeReady());
        Assert.False(Table.HasReady);
    }

    [Fact]
    public void The_same_key_twice_is_one_place()
    {
        TestWaiter waiter = new TestWaiter("a", "k", "k").Wait(_keyspace);
        _keyspace.Put("k");
        Assert.Equal(["a"], NamesIn(Table.TakeReady()));
        Table.Leave(waiter);
        Assert.True(Table.IsEmpty);
    }

    [Fact]
    public void Those_in_the_middle_and_at_both_ends_can_leave()
    {
        TestWaiter[] waiters =
            [.. Enumerable.Range(0, 5).Select(number => new TestWaiter($"{number}", "k").Wait(_keyspace))];
        foreach (int leaving in (int[])[2, 0, 4]) Table.Leave(waiters[leaving]);
        _keyspace.Put("k");
        Assert.Equal(["1", "3"], NamesIn(Table.TakeReady()));
    }

    [Fact]
    public void Flushing_makes_the_keys_of_its_database_ready()
    {
        _keyspace.Put("filler");
        new TestWaiter("a", "k").Wait(_keyspace, BlockKind.StreamGroup);
        new TestWaiter("b", "k").Wait(_keyspace, BlockKind.StreamGroup, database: 1);
        _keyspace.First.Flush(0);
        WaitQueue ready = Assert.IsType<WaitQueue>(Table.TakeReady());
        Assert.Equal(0, ready.Database);
        Assert.Equal(1, ready.GroupCount);
        Assert.Null(Table.TakeReady());
        Assert.Equal(2, Table.CountGroupKeys());
    }

    [Fact]
    public void Swapping_makes_the_keys_of_both_databases_ready()
    {
        new TestWaiter("a", "k").Wait(_keyspace);
        _keyspace.Put("k", database: 1);
        _keyspace.First.Swap(0, 1);
        Assert.Equal(["a"], NamesIn(Table.TakeReady()));
    }

    [Fact]
    public void An_expired_key_that_is_removed_is_ready()
    {
        new TestWaiter("a", "k").Wait(_keyspace, BlockKind.StreamGroup);
        _keyspace.Put("k", expiryMillis: _keyspace.NowMillis + 10);
        Assert.NotNull(Table.TakeReady());
        _keyspace.Advance(20);
        Assert.False(_keyspace.Read("k"));
        Assert.True(Table.HasReady);
    }

    [Fact]
    public void Keys_of_one_hash_share_a_queue_that_says_so()
    {
        TestWaiter first = new("a", "x");
        TestWaiter second = new("b", "y");
        first.Wait(_keyspace);
        Key key = _keyspace.KeyOf(Encoding.Latin1.GetBytes("x"), 0);
        new TestWaiter("c", "x").Wait(_keyspace);
        Assert.False(QueueOf("x").IsShared);
        second.Wait(_keyspace);
        Table.Leave(second);
        key.Home.Owner.Waiters.Join(key, second, 0);
        Assert.True(QueueOf("x").IsShared);
    }

    private WaitQueue QueueOf(string key)
    {
        _keyspace.Put(key);
        return Table.TakeReady()!;
    }

    private static List<string> NamesIn(WaitQueue? queue)
    {
        List<string> names = [];
        for (WaitPlace? place = queue?.First; place is not null; place = place.Next)
            names.Add(((TestWaiter)place.Waiter).Name);
        return names;
    }
}
