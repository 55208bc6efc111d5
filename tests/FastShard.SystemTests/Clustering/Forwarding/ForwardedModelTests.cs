using System.Globalization;
using System.Text;
using FastShard.SystemTests.Harness;
using FastShard.SystemTests.Model;
using FastShard.SystemTests.Replication;
using Xunit;
using Xunit.Abstractions;

namespace FastShard.SystemTests.Clustering.Forwarding;

/// <summary>
/// Random pipelines to one node of three and to a single redis-server: the replies are the same. A run has a new seed,
/// which a failure names; FASTSHARD_SEED repeats one.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class ForwardedModelTests(ITestOutputHelper output)
{
    private const int Pipelines = 50;
    private const int Keys = 40;

    [Theory]
    [InlineData("epoll", 0)]
    [InlineData("epoll", 1)]
    [InlineData("pipelines", 2)]
    public void A_cluster_behind_one_node_is_like_one_server(string transport, int redisServers)
    {
        string? given = Environment.GetEnvironmentVariable("FASTSHARD_SEED");
        int seed = given is null ? Random.Shared.Next() : int.Parse(given, CultureInfo.InvariantCulture);
        output.WriteLine($"FASTSHARD_SEED={seed}");
        var random = new Random(seed);
        using ForwardingCluster cluster = new(transport, redisServers);
        using RedisServer single = RedisServer.Start(cluster.First.Folder);
        cluster.Watcher.Until(single.Answers, "the single one answers");
        RespClient[] ours = [.. Enumerable.Range(0, 3).Select(_ => cluster.Connect())];
        RespClient[] theirs = [.. Enumerable.Range(0, 3).Select(_ => single.Connect())];
        foreach (RespClient client in (RespClient[])[ours[1], theirs[1]]) client.Run("HELLO", "3");
        Named(cluster, seed, () => Compare(random, ours, theirs));
        Assert.Equal(0, cluster.Figure("cluster_forward_failures"));
        foreach (RespClient client in ours.Concat(theirs)) client.Dispose();
    }

    private static void Named(ForwardingCluster cluster, int seed, Action run)
    {
        try
        {
            run();
        }
        catch (Exception failure)
        {
            throw new ModelMismatchException($"FASTSHARD_SEED={seed} {failure}\n{cluster.Watcher.Log}");
        }
    }

    private static void Compare(Random random, RespClient[] ours, RespClient[] theirs)
    {
        for (int pipeline = 0; pipeline < Pipelines; pipeline++)
        {
            int at = random.Next(3);
            string[][] requests = [.. Enumerable.Range(0, random.Next(1, 120)).SelectMany(_ => Next(random))];
            byte[] bytes = [.. requests.SelectMany(RespClient.Encode)];
            ours[at].SendRaw(bytes);
            theirs[at].SendRaw(bytes);
            foreach (string[] request in requests)
            {
                string expected = Text(request, theirs[at].Read());
                string actual = Text(request, ours[at].Read());
                string words = string.Join(' ', request);
                Assert.True(expected == actual, $"{words}\nexpected {expected}\nbut {actual}");
            }
        }
    }

    private static IEnumerable<string[]> Next(Random random)
    {
        string key = Key(random);
        string value = random.Next(5) == 0 ? new string('v', random.Next(30_000)) : $"{random.Next(1000)}";
        string tag = $"{{t{random.Next(Keys)}}}";
        string[] some = [.. Enumerable.Range(0, random.Next(1, 8)).Select(_ => Key(random))];
        switch (random.Next(26))
        {
            case 0: return [["SET", key, value]];
            case 1: return [["GET", key], ["STRLEN", key]];
            case 2: return [["INCR", key]];
            case 3: return [["APPEND", key, value[..Math.Min(10, value.Length)]]];
            case 4: return [["MSET", .. some.SelectMany(one => new[] { one, value })]];
            case 5: return [["MGET", .. some]];
            case 6: return [["DEL", .. some]];
            case 7: return [["EXISTS", .. some]];
            case 8: return [["UNLINK", .. some], ["TOUCH", .. some]];
            case 9: return [["DBSIZE"]];
            case 10: return [["KEYS", "*"]];
            case 11: return [["LPUSH", "list" + key, value, "x"], ["LRANGE", "list" + key, "0", "5"]];
            case 12: return [["RPOP", "list" + key], ["LLEN", "list" + key]];
            case 13: return [["HSET", "hash" + key, "f", value], ["HMGET", "hash" + key, "f", "g"]];
            case 14: return [["ZADD", "zset" + key, "1.5", "m"], ["ZSCORE", "zset" + key, "m"]];
            case 15: return [["MULTI"], ["INCR", tag + "n"], ["SET", tag + "s", value], ["GET", tag + "s"], ["EXEC"]];
            case 16: return [["MULTI"], ["SET", tag + "s", "words"], ["INCR", tag + "s"], ["EXEC"]];
            case 17: return [["MULTI"], ["GET", tag + "s"], ["DISCARD"]];
            case 18: return [["MULTI"], ["NOSUCH", tag], ["EXEC"]];
            case 19:
                return [["SADD", tag + "a", "x", value], ["SADD", tag + "b", "x"], ["SINTER", tag + "a", tag + "b"]];
            case 20: return [["RENAME", tag + "s", tag + "r"], ["GETDEL", tag + "r"]];
            case 21: return [["GET", "hash" + key], ["EXPIRE", key, "1000"], ["PERSIST", key]];
            case 22: return [["BLPOP", "list" + key, "0.001"]];
            case 23: return [["XADD", "x" + key, "1-*", "f", "v"], ["XLEN", "x" + key], ["DEL", "x" + key]];
            case 24: return random.Next(20) == 0 ? [["FLUSHALL"]] : [["SETNX", key, "1"], ["GETSET", key, "7"]];
            default: return [["PING"], ["ECHO", value], ["TYPE", key]];
        }
    }

    private static string Key(Random random) => $"k{random.Next(Keys)}";

    // The order of KEYS is nobody's promise.
    private static string Text(string[] request, RespValue reply)
    {
        bool isUnordered = request[0] is "KEYS" or "SINTER";
        return ReplyText.Of(reply, isUnordered ? ReplyOrder.Any : ReplyOrder.Exact) + reply.Type;
    }
}
