using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering;

/// <summary>What the CLUSTER commands of one node answer, line by line.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ClusterTranscriptTests
{
    private static readonly (string Request, string Reply)[] Lines =
    [
        ("CLUSTER KEYSLOT foo", ":12182"),
        ("CLUSTER KEYSLOT {foo}bar", ":12182"),
        ("CLUSTER COUNTKEYSINSLOT 16384", "-ERR Invalid slot"),
        ("CLUSTER COUNTKEYSINSLOT x", "-ERR value is not an integer or out of range"),
        ("CLUSTER GETKEYSINSLOT 0 -1", "-ERR Invalid slot or number of keys"),
        ("CLUSTER SLOTS", "*[]"),
        ("CLUSTER ADDSLOTS 1 1", "-ERR Slot 1 specified multiple times"),
        ("CLUSTER ADDSLOTS 16384", "-ERR Invalid or out of range slot"),
        ("CLUSTER ADDSLOTS 1 2", "+OK"),
        ("CLUSTER ADDSLOTS 2", "-ERR Slot 2 is already busy"),
        ("CLUSTER ADDSLOTSRANGE 10 9", "-ERR start slot number 10 is greater than end slot number 9"),
        ("CLUSTER ADDSLOTSRANGE 0", "-ERR wrong number of arguments for 'cluster|addslotsrange' command"),
        ("CLUSTER DELSLOTS 3", "-ERR Slot 3 is already unassigned"),
        ("CLUSTER DELSLOTSRANGE 1 2", "+OK"),
        ("CLUSTER FLUSHSLOTS", "+OK"),
        ("CLUSTER SET-CONFIG-EPOCH -1", "-ERR Invalid config epoch specified: -1"),
        ("CLUSTER SET-CONFIG-EPOCH 5", "+OK"),
        ("CLUSTER SET-CONFIG-EPOCH 6", "-ERR Node config epoch is already non-zero"),
        ("CLUSTER BUMPEPOCH", "+STILL 5"),
        ("CLUSTER SAVECONFIG", "+OK"),
        ("CLUSTER MEET nowhere 1", "-ERR Invalid node address specified: nowhere:1"),
        ("CLUSTER MEET 127.0.0.1 x", "-ERR Invalid base port specified: x"),
        ("CLUSTER FORGET abc", "-ERR Unknown node abc"),
        ("CLUSTER REPLICATE abc", "-ERR Unknown node abc"),
        ("CLUSTER REPLICAS abc", "-ERR Unknown node abc"),
        ("CLUSTER SLAVES abc", "-ERR Unknown node abc"),
        ("CLUSTER COUNT-FAILURE-REPORTS abc", "-ERR Unknown node abc"),
        ("CLUSTER FAILOVER", "-ERR You should send CLUSTER FAILOVER to a replica"),
        ("CLUSTER FAILOVER NOW", "-ERR syntax error"),
        ("CLUSTER SETSLOT 0 IMPORTING abc", "-ERR I don't know about node abc"),
        ("CLUSTER SETSLOT 0 MIGRATING abc", "-ERR I'm not the owner of hash slot 0"),
        ("CLUSTER SETSLOT 0 STABLE", "+OK"),
        ("CLUSTER SETSLOT 0 THERE",
            "-ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP"),
        ("CLUSTER LINKS", "*[]"),
        ("CLUSTER GETSLOTMIGRATIONS", "*[]"),
        ("CLUSTER CANCELSLOTMIGRATIONS", "+OK"),
        ("CLUSTER REBALANCE STATUS NOW", "-ERR syntax error"),
        ("CLUSTER NONSENSE", "-ERR unknown subcommand 'NONSENSE'. Try CLUSTER HELP."),
        ("ASKING", "+OK"),
        ("READONLY", "+OK"),
        ("READWRITE", "+OK"),
        ("CLUSTER RESET SOON", "-ERR syntax error"),
        ("CLUSTER RESET HARD", "+OK"),
        ("CLUSTER BUMPEPOCH", "+BUMPED 1"),
    ];

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public void Each_line_is_answered_as_it_should_be(string transport)
    {
        using ClusterNodeProcess node = ClusterNodeProcess.StartOurs(transport);
        using RespClient client = RespClient.Connect(node.Port);
        foreach ((string request, string reply) in Lines)
            Assert.Equal((request, reply), (request, client.Run(request.Split(' ')).ToString()));
        Assert.Contains("CLUSTER <subcommand>", client.Run("CLUSTER", "HELP").Elements![0].Text);
        Assert.NotEqual(node.Id, client.Run("CLUSTER", "MYID").Text);
        Assert.Equal(40, client.Run("CLUSTER", "MYSHARDID").Text!.Length);
    }

    [Fact]
    public void Who_is_no_node_says_so()
    {
        using FastShardServer server = FastShardServer.Start("epoll");
        using RespClient client = server.Connect();
        string[] requests =
        [
            "CLUSTER INFO", "CLUSTER NODES", "CLUSTER SLOTS", "CLUSTER REBALANCE STATUS",
            "CLUSTER SLOT-STATS ORDERBY x",
            "ASKING", "READONLY", "READWRITE", "CLUSTER KEYSLOT a", "CLUSTER LINKS", "CLUSTERSCAN 0",
        ];
        foreach (string request in requests)
        {
            Assert.Equal(
                (request, "-ERR This instance has cluster support disabled"),
                (request, client.Run(request.Split(' ')).ToString()));
        }
    }
}
