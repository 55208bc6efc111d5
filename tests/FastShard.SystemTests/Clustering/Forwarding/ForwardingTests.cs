using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clustering.Forwarding;

/// <summary>A client that knows nothing of clusters, at one node of three.</summary>
[Collection(SequentialGroup.Name)]
public sealed class ForwardingTests
{
    private const string CrossSlot = "CROSSSLOT Keys in request don't hash to the same slot";

    [Theory]
    [InlineData("epoll", 0)]
    [InlineData("pipelines", 0)]
    [InlineData("epoll", 1)]
    public void Any_command_of_any_key_is_answered_by_any_node(string transport, int redisServers)
    {
        using ForwardingCluster cluster = new(transport, redisServers);
        foreach (string version in new[] { "2", "3" })
        {
            using RespClient client = cluster.Connect();
            client.Run("HELLO", version);
            AnswersInOrder(client);
            SplitsKeys(client);
            AsksAllNodes(client);
            RunsTransactions(client);
            Assert.Equal("OK", client.Run("FLUSHALL").Text);
        }
        RepliesOnlyWhereTheyAreWanted(cluster);
        WaitsForPauses(cluster);
        SaysWhatCannotBe(cluster);
        Assert.True(cluster.Figure("cluster_forwarded_commands") > 100);
        Assert.True(cluster.Figure("cluster_scattered_parts") > cluster.Figure("cluster_scattered_commands"));
        Assert.Equal(0, cluster.Figure("cluster_forward_failures"));
        Assert.Equal(0, cluster.Figure("cluster_forward_calls"));
    }

    [Fact]
    public void Nobody_gets_in_without_the_password_and_links_know_it()
    {
        using ForwardingCluster cluster = new("epoll", 0);
        foreach (ClusterNodeProcess node in cluster.Nodes)
        {
            using RespClient admin = RespClient.Connect(node.Port);
            admin.Run("CONFIG", "SET", "masterauth", "secret");
            admin.Run("CONFIG", "SET", "requirepass", "secret");
        }
        string key = ForwardingCluster.KeyOf(2, "k");
        foreach (string version in new[] { "2", "3" })
        {
            using RespClient client = cluster.Connect();
            Assert.StartsWith("NOAUTH", client.Run("SET", key, "1").Text);
            Assert.StartsWith("NOAUTH", client.Run("MGET", key, "x").Text);
            client.Run("HELLO", version, "AUTH", "default", "secret");
            Assert.Equal("OK", client.Run("SET", key, "1").Text);
            Assert.Equal("1", client.Run("GET", key).Text);
        }
        using RespClient first = cluster.Connect();
        first.Run("AUTH", "secret");
        first.Run("CONFIG", "SET", "masterauth", "wrong");
        using (RespClient third = RespClient.Connect(cluster.Nodes[2].Port))
        {
            third.Run("AUTH", "secret");
            third.Run("CLIENT", "KILL", "SKIPME", "yes");
        }
        cluster.Watcher.Until(() => first.Run("GET", key).Text!.Contains("WRONGPASS"), "the link is told so");
    }

    [Fact]
    public void A_client_that_follows_redirections_is_sent_on_as_ever()
    {
        using ForwardingCluster cluster = new("epoll", 0);
        string key = ForwardingCluster.KeyOf(1, "k");
        using RespClient client = cluster.Connect();
        Assert.Equal("OK", client.Run("SET", key, "1").Text);
        Assert.Equal("OK", client.Run("CLIENT", "CAPA", "redirect").Text);
        Assert.StartsWith("MOVED ", client.Run("SET", key, "1").Text);
        Assert.Equal(CrossSlot, client.Run("MGET", "a", "b").Text);
        Assert.Equal(0, client.Run("DBSIZE").Integer);
        Assert.Equal("0", client.Run("SCAN", "0", "COUNT", "1000").Elements![0].Text);
    }

    [Fact]
    public void What_moves_is_found_where_it_is()
    {
        using ForwardingCluster cluster = new("epoll", 2);
        (ClusterNodeProcess from, ClusterNodeProcess to) = (cluster.Nodes[1], cluster.Nodes[2]);
        string here = ForwardingCluster.KeyOf(1, "here");
        string gone = ForwardingCluster.KeyOf(1, "gone");
        int slot = (int)cluster.First.Ask("CLUSTER", "KEYSLOT", here).Integer;
        using RespClient client = cluster.Connect();
        Assert.Equal("OK", client.Run("MSET", here, "1", gone, "2", "other", "3").Text);
        to.Ask("CLUSTER", "SETSLOT", $"{slot}", "IMPORTING", from.Id);
        from.Ask("CLUSTER", "SETSLOT", $"{slot}", "MIGRATING", to.Id);
        Assert.Equal("OK", from.Ask("MIGRATE", "127.0.0.1", $"{to.Port}", gone, "0", "5000").Text);
        Assert.Equal("1", client.Run("GET", here).Text);
        Assert.Equal("2", client.Run("GET", gone).Text);
        Assert.StartsWith("TRYAGAIN", client.Run("MGET", here, gone).Text);
        Assert.Equal("OK", client.Run("MULTI").Text);
        Assert.Equal("QUEUED", client.Run("GET", here).Text);
        Assert.Equal("1", client.Run("EXEC").Elements![0].Text);
        Assert.Equal("OK", from.Ask("MIGRATE", "127.0.0.1", $"{to.Port}", here, "0", "5000").Text);
        Assert.Equal("1", client.Run("GET", here).Text);
        to.Ask("CLUSTER", "SETSLOT", $"{slot}", "NODE", to.Id);
        from.Ask("CLUSTER", "SETSLOT", $"{slot}", "NODE", to.Id);
        // Whether or not the first has heard of it.
        for (int round = 0; round < 50; round++) Assert.Equal(["1", "2"], Texts(client.Run("MGET", here, gone)));
        Assert.Equal("OK", client.Run("MULTI").Text);
        client.Run("INCR", here);
        client.Run("INCR", gone);
        Assert.Equal(["2", "3"], Texts(client.Run("EXEC")));
        Assert.True(cluster.Figure("cluster_followed_redirects") > 0);
    }

    private static void AnswersInOrder(RespClient client)
    {
        for (int key = 0; key < 500; key++) client.Send("SET", $"o:{key}", $"v{key}");
        for (int key = 0; key < 500; key++) client.Send("GET", $"o:{key}");
        for (int key = 0; key < 500; key++) Assert.Equal("OK", client.Read().Text);
        for (int key = 0; key < 500; key++) Assert.Equal($"v{key}", client.Read().Text);
        string large = new('x', 3_000_000);
        for (int node = 0; node < 3; node++) client.Send("SET", ForwardingCluster.KeyOf(node, "large"), large + node);
        for (int node = 0; node < 3; node++) client.Send("GET", ForwardingCluster.KeyOf(node, "large"));
        for (int node = 0; node < 3; node++) Assert.Equal("OK", client.Read().Text);
        for (int node = 0; node < 3; node++) Assert.Equal(large + node, client.Read().Text);
        client.Send("LPUSH", ForwardingCluster.KeyOf(1, "o:1"), "x", "y");
        client.Send("INCR", "o:2");
        client.Send("PING");
        client.Send("LLEN", ForwardingCluster.KeyOf(1, "o:1"));
        Assert.Equal(2, client.Read().Integer);
        Assert.StartsWith("ERR value is not an integer", client.Read().Text);
        Assert.Equal("PONG", client.Read().Text);
        Assert.Equal(2, client.Read().Integer);
        for (int node = 0; node < 3; node++)
        {
            client.Run("HSET", ForwardingCluster.KeyOf(node, "h"), "f", "v");
            Assert.Equal(["f", "v"], Texts(client.Run("HGETALL", ForwardingCluster.KeyOf(node, "h"))));
        }
        Assert.Equal("OK", client.Run("FLUSHALL").Text);
    }

    private static void SplitsKeys(RespClient client)
    {
        string[] keys = [.. Enumerable.Range(0, 300).Select(key => $"s:{key}")];
        Assert.Equal("OK", client.Run(["MSET", .. keys.SelectMany(key => new[] { key, "v" + key })]).Text);
        IReadOnlyList<RespValue> values = client.Run(["MGET", .. keys, "none", keys[7]]).Elements!;
        for (int key = 0; key < 300; key++) Assert.Equal("v" + keys[key], values[key].Text);
        Assert.True(values[300].IsNull);
        Assert.Equal("v" + keys[7], values[301].Text);
        Assert.Equal(301, client.Run(["EXISTS", .. keys, "none", keys[3]]).Integer);
        Assert.Equal(300, client.Run(["TOUCH", .. keys]).Integer);
        client.Send("SET", "s:1", "new");
        client.Send("MGET", "s:1", "s:2", "s:3");
        client.Send("DEL", "s:1", "s:2", "none");
        client.Send("MGET", "s:1", "s:2", "s:3");
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal(["new", "vs:2", "vs:3"], Texts(client.Read()));
        Assert.Equal(2, client.Read().Integer);
        RespValue left = client.Read();
        Assert.True(left.Elements![0].IsNull && left.Elements[1].IsNull);
        Assert.Equal("vs:3", left.Elements[2].Text);
        Assert.Equal(298, client.Run(["UNLINK", .. keys]).Integer);
        Assert.Equal(0, client.Run("DBSIZE").Integer);
    }

    private static void AsksAllNodes(RespClient client)
    {
        string[] keys = [.. Enumerable.Range(0, 1000).Select(key => $"a:{key}")];
        foreach (string key in keys) client.Send("SET", key, "1");
        foreach (string _ in keys) client.Read();
        Assert.Equal(1000, client.Run("DBSIZE").Integer);
        Assert.Equal(keys.Order(), Texts(client.Run("KEYS", "a:*")).Order());
        Assert.Contains(client.Run("RANDOMKEY").Text, keys);
        List<string?> found = [];
        string cursor = "0";
        do
        {
            RespValue page = client.Run("SCAN", cursor, "COUNT", "37", "MATCH", "a:*");
            cursor = page.Elements![0].Text!;
            found.AddRange(Texts(page.Elements[1]));
        }
        while (cursor != "0");
        Assert.Equal(keys.Order(), found.Distinct().Order());
        Assert.Contains("ERR syntax error", client.Run("SCAN", "0", "COUNT").Text);
        Assert.Equal("ERR invalid cursor", client.Run("SCAN", "x").Text);
        Assert.Equal("OK", client.Run("FLUSHDB").Text);
        Assert.Equal(0, client.Run("DBSIZE").Integer);
    }

    private static void RunsTransactions(RespClient client)
    {
        for (int node = 0; node < 3; node++)
        {
            string key = ForwardingCluster.KeyOf(node, "t");
            string list = ForwardingCluster.KeyOf(node, "l");
            foreach (string[] words in new[]
            {
                new[] { "MULTI" }, ["SET", key, "1"], ["INCR", key], ["LPUSH", list, "x"], ["INCR", list], ["EXEC"],
                ["GET", key],
            })
            {
                client.Send(words);
            }
            Assert.Equal("OK", client.Read().Text);
            for (int queued = 0; queued < 4; queued++) Assert.Equal("QUEUED", client.Read().Text);
            RespValue done = client.Read();
            Assert.Equal(["OK", "2", "1"], Texts(done)[..3]);
            Assert.StartsWith("WRONGTYPE", done.Elements![3].Text);
            Assert.Equal("2", client.Read().Text);
        }
        client.Run("MULTI");
        Assert.Equal("QUEUED", client.Run("GET", ForwardingCluster.KeyOf(1, "t")).Text);
        Assert.Equal("QUEUED", client.Run("GET", ForwardingCluster.KeyOf(2, "t")).Text);
        Assert.Equal(CrossSlot, client.Run("EXEC").Text);
        client.Run("MULTI");
        Assert.StartsWith("ERR wrong number", client.Run("GET").Text);
        Assert.Equal("QUEUED", client.Run("GET", ForwardingCluster.KeyOf(2, "t")).Text);
        Assert.StartsWith("EXECABORT", client.Run("EXEC").Text);
        client.Run("MULTI");
        Assert.Equal("QUEUED", client.Run("SET", ForwardingCluster.KeyOf(2, "t"), "9").Text);
        Assert.Equal("OK", client.Run("DISCARD").Text);
        Assert.Equal("2", client.Run("GET", ForwardingCluster.KeyOf(2, "t")).Text);
    }

    private static void RepliesOnlyWhereTheyAreWanted(ForwardingCluster cluster)
    {
        using RespClient client = cluster.Connect();
        string key = ForwardingCluster.KeyOf(1, "quiet");
        client.Send("CLIENT", "REPLY", "OFF");
        client.Send("SET", key, "1");
        client.Send("MSET", "a", "1", "b", "2", "c", "3");
        client.Send("INCR", key);
        client.Send("CLIENT", "REPLY", "ON");
        client.Send("CLIENT", "REPLY", "SKIP");
        client.Send("INCR", key);
        client.Send("GET", key);
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal("3", client.Read().Text);
    }

    private static void WaitsForPauses(ForwardingCluster cluster)
    {
        using RespClient client = cluster.Connect();
        using RespClient admin = cluster.Connect();
        string key = ForwardingCluster.KeyOf(1, "paused");
        admin.Run("CLIENT", "PAUSE", "60000", "WRITE");
        client.Send("SET", key, "1");
        Assert.Equal("", admin.Run("GET", key).Text ?? "");
        cluster.Watcher.Until(
            () => cluster.First.Ask("INFO", "clients").Text!.Contains("blocked_clients:1"), "it waits");
        admin.Run("CLIENT", "UNPAUSE");
        Assert.Equal("OK", client.Read().Text);
        Assert.Equal("1", admin.Run("GET", key).Text);
    }

    private static void SaysWhatCannotBe(ForwardingCluster cluster)
    {
        using RespClient client = cluster.Connect();
        string foreign = ForwardingCluster.KeyOf(1, "w");
        string own = ForwardingCluster.KeyOf(0, "w");
        Assert.Contains("WATCH of keys of another node is not passed on", client.Run("WATCH", foreign).Text);
        Assert.Equal("OK", client.Run("WATCH", own).Text);
        client.Run("MULTI");
        client.Run("SET", foreign, "1");
        Assert.StartsWith("EXECABORT Transaction discarded because of: keys are watched here", client.Run("EXEC").Text);
        Assert.Equal(CrossSlot, client.Run("RENAME", foreign, own).Text);
        Assert.Equal(CrossSlot, client.Run("SINTERSTORE", own, foreign, "x").Text);
        Assert.Equal(CrossSlot, client.Run("MSETNX", own, "1", foreign, "2").Text);
        Assert.StartsWith("MOVED ", client.Run("SSUBSCRIBE", foreign).Text);
        Assert.Equal(0, client.Run("SPUBLISH", foreign, "hello").Integer);
    }

    private static string[] Texts(RespValue reply) => [.. reply.Elements!.Select(element => element.Text!)];
}
