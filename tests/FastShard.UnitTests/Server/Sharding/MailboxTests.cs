using FastShard.Server.Sharding;
using Xunit;

namespace FastShard.UnitTests.Server.Sharding;

public sealed class MailboxTests
{
    [Fact]
    public void Mail_comes_out_in_the_order_of_posting()
    {
        Mailbox box = new();
        Letter[] letters = [.. Enumerable.Range(0, 5).Select(_ => new Letter())];
        foreach (Letter letter in letters[..3]) box.Post(letter);
        box.Collect();
        Assert.True(box.IsEmpty);
        Assert.True(box.HasMail);
        Assert.Same(letters[0], box.Take());
        // What comes in the midst of a delivery is behind what was collected before.
        foreach (Letter letter in letters[3..]) box.Post(letter);
        box.Collect();
        foreach (Letter letter in letters[1..]) Assert.Same(letter, box.Take());
        Assert.Null(box.Take());
        Assert.False(box.HasMail);
    }

    [Fact]
    public void A_letter_that_was_taken_can_be_posted_again()
    {
        Mailbox box = new();
        Letter first = new();
        Letter second = new();
        box.Post(first);
        box.Post(second);
        box.Collect();
        Assert.Same(first, box.Take());
        box.Post(first);
        box.Collect();
        Assert.Same(second, box.Take());
        Assert.Same(first, box.Take());
        Assert.Null(box.Take());
    }

    [Fact]
    public void Looking_leaves_everything_where_it_is()
    {
        Mailbox box = new();
        Letter first = new();
        Letter second = new();
        box.Post(first);
        box.Post(second);
        Assert.Same(first, box.Peek());
        Assert.Same(second, first.Next);
        Assert.Same(first, box.Take());
    }

    private sealed class Letter : Mail
    {
        internal override void Deliver(ShardWorker worker, Shard shard) => throw new NotSupportedException();
    }
}
