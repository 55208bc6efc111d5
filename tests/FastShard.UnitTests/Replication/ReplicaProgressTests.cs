using FastShard.Replication;
using FastShard.Replication.Primary;
using Xunit;

namespace FastShard.UnitTests.Replication;

/// <summary>What a primary knows of a replica, step by step.</summary>
public sealed class ReplicaProgressTests
{
    [Fact]
    public void Behind_a_marked_end_the_stream_waits_for_the_replicas_word()
    {
        ReplicaProgress replica = new();
        replica.Ask(isOld: false, nowMillis: 1000);
        replica.NeedSnapshot();
        Assert.Equal("wait_bgsave", replica.StateName);
        replica.BeginSnapshot(hasMarkedEnd: true);
        Assert.Equal("send_bulk", replica.StateName);
        Assert.False(replica.Acknowledge(0, 1500));
        replica.EndSnapshot(2000);
        Assert.Equal(ReplicaState.Loading, replica.State);
        Assert.False(replica.IsNear(2000, 10));
        Assert.True(replica.Acknowledge(70, 3000));
        Assert.Equal("online", replica.StateName);
        Assert.Equal(70, replica.Acknowledged);
        Assert.False(replica.Acknowledge(60, 4000));
        Assert.Equal(70, replica.Acknowledged);
        Assert.True(replica.IsNear(14_000, 10));
        Assert.False(replica.IsNear(15_000, 10));
        Assert.Equal(11, replica.LagSeconds(15_000));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void Without_a_mark_or_by_SYNC_the_stream_follows_at_once(bool hasMark, bool isOld)
    {
        ReplicaProgress replica = new();
        replica.Ask(isOld, 0);
        replica.NeedSnapshot();
        replica.BeginSnapshot(hasMark);
        replica.EndSnapshot(1);
        Assert.Equal(ReplicaState.Online, replica.State);
    }

    [Fact]
    public void It_says_what_it_is_and_what_it_can()
    {
        ReplicaProgress replica = new();
        Assert.Null(replica.Configure("listening-port"u8, "7001"u8));
        Assert.Null(replica.Configure("IP-ADDRESS"u8, "10.1.1.1"u8));
        Assert.Null(replica.Configure("capa"u8, "eof"u8));
        Assert.Null(replica.Configure("capa"u8, "psync2"u8));
        Assert.Null(replica.Configure("capa"u8, "of later days"u8));
        Assert.Null(replica.Configure("rdb-only"u8, "1"u8));
        Assert.Null(replica.Configure("rdb-filter-only"u8, ""u8));
        Assert.Equal((7001, "10.1.1.1"), (replica.Port, replica.Address));
        Assert.True(replica.ReadsMarkedEnd && replica.KnowsSecondIds && replica.WantsOnlySnapshot);
        Assert.NotNull(replica.Configure("listening-port"u8, "x"u8));
        Assert.NotNull(replica.Configure("rdb-only"u8, "2"u8));
        Assert.NotNull(replica.Configure("ip-address"u8, new byte[256]));
        Assert.Equal("ERR Unrecognized REPLCONF option: what", replica.Configure("what"u8, ""u8));
    }

    [Fact]
    public void A_promoted_stream_goes_on_for_those_who_were_not_ahead_of_it()
    {
        string first = new('1', 40);
        string second = new('2', 40);
        ReplicationIds ids = ReplicationIds.Of(first);
        Assert.True(ids.Covers(System.Text.Encoding.ASCII.GetBytes(first), 1_000_000));
        Assert.False(ids.Covers("?"u8, 1));
        Assert.False(ids.Covers(System.Text.Encoding.ASCII.GetBytes(ReplicationIds.None), 1));
        ids = ids.Continue(second, 500);
        Assert.Equal((second, first, 501), (ids.Id, ids.SecondId, ids.SecondOffset));
        Assert.True(ids.Covers(System.Text.Encoding.ASCII.GetBytes(first), 501));
        Assert.False(ids.Covers(System.Text.Encoding.ASCII.GetBytes(first), 502));
        Assert.True(ids.Covers(System.Text.Encoding.ASCII.GetBytes(second), 502));
    }
}
