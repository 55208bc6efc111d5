using FastShard.SystemTests.Blocking;
using FastShard.SystemTests.Harness;
using StackExchange.Redis;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>
/// What StackExchange.Redis makes of every type of value, of reads that wait, and of lost connections.
/// </summary>
public sealed class StackExchangeTypesTests
{
    [Theory, ClassData(typeof(Transports))]
    public void Lists_sets_and_hashes(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        Assert.Equal(4, database.ListRightPush("list", ["a", "b", "c", "b"]));
        Assert.Equal(["a", "b", "c", "b"], database.ListRange("list").Select(static value => (string)value!));
        Assert.Equal(2, database.ListRemove("list", "b"));
        Assert.Equal("c", (string?)database.ListRightPopLeftPush("list", "list2"));
        database.ListTrim("list", 1, 0);
        Assert.False(database.KeyExists("list"));

        Assert.Equal(3, database.SetAdd("set", ["a", "b", 3]));
        Assert.Equal(3, database.SetAdd("set2", ["b", 3, "d"]));
        RedisValue[] both = database.SetCombine(SetOperation.Intersect, "set", "set2");
        Assert.Equal(["3", "b"], both.Select(static value => (string)value!).Order(StringComparer.Ordinal));
        Assert.True(database.SetMove("set", "set2", "a"));
        Assert.Equal(4, database.SetScan("set2").Count());

        database.HashSet("hash", [new HashEntry("a", 1), new HashEntry("b", 2)]);
        Assert.Equal(6, database.HashIncrement("hash", "a", 5));
        Assert.Equal(2, database.HashGetAll("hash").Length);
        Assert.Equal([1], ((RedisResult[])database.Execute("HPEXPIRE", "hash", 1, "FIELDS", 1, "b")!)
            .Select(static result => (int)result));
        server.Until(() => !database.HashExists("hash", "b"), "the field expires");
        Assert.True(database.HashDelete("hash", "a"));
        server.Until(() => !database.KeyExists("hash"), "the hash goes with its last field");
    }

    [Theory, ClassData(typeof(Transports))]
    public void Sorted_sets_places_and_counts(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        Assert.Equal(3, database.SortedSetAdd(
            "zset", [new("a", 1), new("b", 2.5), new("c", double.PositiveInfinity)]));
        Assert.Equal(3, database.SortedSetIncrement("zset", "a", 2));
        Assert.Equal(1, database.SortedSetRank("zset", "a"));
        Assert.Equal(
            [("b", 2.5), ("a", 3), ("c", double.PositiveInfinity)],
            database.SortedSetRangeByRankWithScores("zset").Select(static pair => ((string)pair.Element!, pair.Score)));
        Assert.Equal(2, database.SortedSetRemoveRangeByScore("zset", 2, 3));

        Assert.True(database.GeoAdd("geo", 13.361389, 38.115556, "Palermo"));
        Assert.True(database.GeoAdd("geo", 15.087269, 37.502669, "Catania"));
        Assert.Equal(166.2742, database.GeoDistance("geo", "Palermo", "Catania", GeoUnit.Kilometers));
        GeoRadiusResult[] near = database.GeoRadius("geo", 15, 37, 200, GeoUnit.Kilometers, order: Order.Ascending);
        Assert.Equal(["Catania", "Palermo"], near.Select(static place => (string)place.Member!));

        Assert.True(database.HyperLogLogAdd("hll", ["a", "b", "c"]));
        Assert.True(database.HyperLogLogAdd("hll2", ["c", "d"]));
        database.HyperLogLogMerge("hll3", "hll", "hll2");
        Assert.Equal(4, database.HyperLogLogLength("hll3"));

        Assert.False(database.StringSetBit("bits", 7, true));
        Assert.Equal(1, database.StringBitCount("bits"));
        Assert.Equal(7, database.StringBitPosition("bits", true));
        Assert.Equal(1, database.StringBitOperation(Bitwise.Not, "bits2", "bits"));
    }

    [Theory, ClassData(typeof(Transports))]
    public async Task Streams_and_reads_that_wait(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using ConnectionMultiplexer multiplexer = Connect(server);
        using BlockedClients blocked = new(server);
        IDatabase database = multiplexer.GetDatabase();
        Assert.Equal("1-1", (string?)database.Execute("XADD", "stream", "1-1", "f", "v"));
        Assert.Equal("OK", (string?)database.Execute("XGROUP", "CREATE", "stream", "g", "0"));
        var read = (RedisResult[])database.Execute("XREADGROUP", "GROUP", "g", "me", "STREAMS", "stream", ">")!;
        var entries = (RedisResult[])((RedisResult[])read[0]!)[1]!;
        Assert.Equal("1-1", (string?)((RedisResult[])entries[0]!)[0]);
        Assert.Equal(1, (long)database.Execute("XACK", "stream", "g", "1-1"));

        // The library shares one connection between all callers, so what waits has one of its own.
        using ConnectionMultiplexer waiting = Connect(server);
        Task<RedisResult> list = waiting.GetDatabase().ExecuteAsync("BLPOP", "first", "second", 0);
        blocked.Await(1);
        database.ListLeftPush("second", "x");
        Assert.Equal(["second", "x"], ((RedisResult[])(await list)!).Select(static part => (string)part!));
        Task<RedisResult> sorted = waiting.GetDatabase().ExecuteAsync("BZPOPMIN", "zset", 0);
        blocked.Await(1);
        database.SortedSetAdd("zset", "m", 1);
        Assert.Equal(["zset", "m", "1"], ((RedisResult[])(await sorted)!).Select(static part => (string)part!));
    }

    [Theory, ClassData(typeof(Transports))]
    public void Coming_back_again_and_again(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using ConnectionMultiplexer multiplexer = Connect(server);
        using RespClient admin = server.Connect();
        int heard = 0;
        RedisChannel channel = new("news", RedisChannel.PatternMode.Literal);
        multiplexer.GetSubscriber().Subscribe(channel, (_, _) => Interlocked.Increment(ref heard));
        foreach (string type in (string[])["pubsub", "normal", "pubsub", "normal"])
        {
            Assert.True(admin.Run("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes").Integer >= 1);
            int before = Volatile.Read(ref heard);
            server.Until(
                () => admin.Run("PUBLISH", "news", "x").Integer >= 0 && Volatile.Read(ref heard) > before,
                "the subscription is renewed");
            server.Until(() => IsStored(multiplexer.GetDatabase()), "commands are answered again");
        }
    }

    private static bool IsStored(IDatabase database)
    {
        try
        {
            return database.StringSet("k", "v") && database.StringGet("k") == "v";
        }
        catch (Exception failure) when (failure is RedisConnectionException or TimeoutException)
        {
            return false;
        }
    }

    private static ConnectionMultiplexer Connect(FastShardServer server)
    {
        ConfigurationOptions options = new() { SyncTimeout = 10_000, ConnectTimeout = 10_000 };
        options.EndPoints.Add("127.0.0.1", server.Port);
        return ConnectionMultiplexer.Connect(options);
    }
}
