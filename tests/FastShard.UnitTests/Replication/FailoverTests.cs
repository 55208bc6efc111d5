using FastShard.Replication.Failovers;
using FastShard.Replication.Primary;
using Xunit;

namespace FastShard.UnitTests.Replication;

public sealed class FailoverTests
{
    private static readonly FailoverTarget[] Replicas =
    [
        new("10.0.0.1", 7001, ReplicaState.Online, 90),
        new("10.0.0.2", 7002, ReplicaState.Online, 100),
        new("10.0.0.3", 7003, ReplicaState.Receiving, 100),
    ];

    [Theory]
    [InlineData("TO h 1", "h", 1, 0, false)]
    [InlineData("to h 1 force timeout 5", "h", 1, 5, true)]
    [InlineData("TIMEOUT 7", null, 0, 7, false)]
    [InlineData("", null, 0, 0, false)]
    public void Arguments_come_in_any_order(string words, string? host, long port, long timeout, bool isForced)
    {
        FailoverTerms? terms = FailoverTerms.Read(Split(words), out _);
        Assert.Equal(new FailoverTerms(host, port, timeout, isForced), terms);
    }

    [Theory]
    [InlineData("TO h", "ERR syntax error")]
    [InlineData("TO h x", "ERR value is not an integer or out of range")]
    [InlineData("TIMEOUT x", "ERR value is not an integer or out of range")]
    [InlineData("TIMEOUT 0", "ERR FAILOVER timeout must be greater than 0")]
    [InlineData("TIMEOUT 5 TIMEOUT 6", "ERR syntax error")]
    [InlineData("FORCE FORCE", "ERR syntax error")]
    [InlineData("ABORT TIMEOUT 1", "ERR syntax error")]
    public void What_makes_no_sense_is_refused(string words, string expected)
    {
        Assert.Null(FailoverTerms.Read(Split(words), out string error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("FORCE TIMEOUT 5", false,
        "ERR FAILOVER with force option requires both a timeout and target HOST and IP.")]
    [InlineData("TO 10.0.0.1 7001 FORCE", false,
        "ERR FAILOVER with force option requires both a timeout and target HOST and IP.")]
    [InlineData("TO 10.0.0.1 7002", false, "ERR FAILOVER target HOST and PORT is not a replica.")]
    [InlineData("TO 10.0.0.3 7003", false, "ERR FAILOVER target replica is not online.")]
    [InlineData("", true, "ERR FAILOVER is not valid when server is a replica.")]
    public void It_is_not_begun_where_it_cannot_be(string words, bool isReplica, string expected)
    {
        Failover failover = new();
        FailoverTerms terms = FailoverTerms.Read(Split(words), out _)!;
        Assert.Equal(expected, failover.Begin(terms, isReplica, Replicas, nowMillis: 0));
        Assert.Equal(FailoverState.None, failover.State);
        Assert.Equal("no-failover", failover.StateName);
    }

    [Fact]
    public void Without_replicas_there_is_none()
    {
        FailoverTerms terms = new(null, 0, 0, false);
        Assert.Equal("ERR FAILOVER requires connected replicas.", new Failover().Begin(terms, false, [], 0));
    }

    [Fact]
    public void The_named_replica_is_waited_for()
    {
        Failover failover = Begin("TO 10.0.0.1 7001");
        Assert.Equal("waiting-for-sync", failover.StateName);
        Assert.Equal(FailoverStep.Wait, failover.Look(1, 100, Replicas));
        Assert.Equal("ERR FAILOVER already in progress.", failover.Begin(new(null, 0, 0, false), false, Replicas, 0));
        Assert.Equal(FailoverStep.Follow, failover.Look(long.MaxValue - 1, 90, Replicas));
        Assert.Equal("failover-in-progress", failover.StateName);
        Assert.False(failover.IsOverTime);
        Assert.Equal(FailoverStep.Wait, failover.Look(2, 90, Replicas));
        failover.End();
        Assert.Equal(FailoverState.None, failover.State);
    }

    [Fact]
    public void Any_replica_that_has_all_will_do_if_none_is_named()
    {
        Failover failover = Begin("");
        Assert.Equal("any replica", failover.TargetName);
        Assert.Equal(FailoverStep.Wait, failover.Look(1, 101, Replicas));
        Assert.Equal(FailoverStep.Follow, failover.Look(1, 100, Replicas));
        Assert.Equal("10.0.0.2:7002", failover.TargetName);
    }

    [Fact]
    public void When_the_time_is_over_it_is_given_up_or_forced()
    {
        Failover patient = Begin("TO 10.0.0.1 7001 TIMEOUT 50");
        Assert.Equal(FailoverStep.Wait, patient.Look(1049, 100, Replicas));
        Assert.Equal(FailoverStep.GiveUp, patient.Look(1050, 100, Replicas));
        Failover forced = Begin("TO 10.0.0.1 7001 TIMEOUT 50 FORCE");
        Assert.Equal(FailoverStep.Follow, forced.Look(1050, 100, Replicas));
        Assert.True(forced.IsOverTime);
        Assert.Equal(FailoverState.InProgress, forced.State);
    }

    private static Failover Begin(string words)
    {
        Failover failover = new();
        Assert.Null(failover.Begin(FailoverTerms.Read(Split(words), out _)!, isReplica: false, Replicas, 1000));
        return failover;
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
