using FastShard.SystemTests.Harness;
using StackExchange.Redis;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>StackExchange.Redis, the client of most .NET applications.</summary>
public sealed class StackExchangeRedisTests
{
    [Theory, ClassData(typeof(Transports))]
    public void Strings(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        Assert.True(database.StringSet("a", "1"));
        Assert.False(database.StringSet("a", "2", when: When.NotExists));
        Assert.Equal("1", (string?)database.StringGetSet("a", "3"));
        Assert.Equal(4, database.StringIncrement("a"));
        Assert.Equal(2, database.StringAppend("a", "!"));
        Assert.Equal("4!", (string?)database.StringGet("a"));
        Assert.True(database.StringGet("none").IsNull);
        byte[] binary = [.. Enumerable.Range(0, 70_000).Select(index => (byte)index)];
        database.StringSet("binary", binary);
        Assert.Equal(binary, (byte[]?)database.StringGet("binary"));
    }

    [Theory, ClassData(typeof(Transports))]
    public void Many_keys_in_one_command(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        KeyValuePair<RedisKey, RedisValue>[] pairs =
            [.. Enumerable.Range(0, 300).Select(index => new KeyValuePair<RedisKey, RedisValue>($"m:{index}", index))];
        Assert.True(database.StringSet(pairs));
        RedisValue[] values = database.StringGet([.. pairs.Select(pair => pair.Key)]);
        Assert.Equal(pairs.Select(pair => (int)pair.Value), values.Select(value => (int)value));
        Assert.Equal(300, database.KeyDelete([.. pairs.Select(pair => pair.Key)]));
    }

    [Theory, ClassData(typeof(Transports))]
    public async Task Replies_of_a_pipeline_come_in_order(string transport)
    {
        const int Count = 20_000;
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        Task<RedisValue>[] reads = new Task<RedisValue>[Count];
        for (int index = 0; index < Count; index++)
        {
            _ = database.StringSetAsync($"p:{index}", index, flags: CommandFlags.FireAndForget);
            reads[index] = database.StringGetAsync($"p:{index}");
        }

        RedisValue[] values = await Task.WhenAll(reads);
        for (int index = 0; index < Count; index++) Assert.Equal(index, (int)values[index]);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Transactions_and_their_conditions(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        database.StringSet("stock", 1);

        ITransaction sale = database.CreateTransaction();
        sale.AddCondition(Condition.StringEqual("stock", 1));
        Task<long> left = sale.StringDecrementAsync("stock");
        Task<bool> sold = sale.StringSetAsync("sold", "yes");
        Assert.True(sale.Execute());
        Assert.Equal(0, database.Wait(left));
        Assert.True(database.Wait(sold));

        ITransaction refused = database.CreateTransaction();
        refused.AddCondition(Condition.StringEqual("stock", 1));
        _ = refused.StringDecrementAsync("stock");
        Assert.False(refused.Execute());
        Assert.Equal(0, (int)database.StringGet("stock"));
    }

    [Theory, ClassData(typeof(Transports))]
    public void Keys_and_their_times_to_live(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using ConnectionMultiplexer multiplexer = Connect(server);
        IDatabase database = multiplexer.GetDatabase();
        database.StringSet("a", 1, TimeSpan.FromMinutes(5));
        TimeSpan left = database.KeyTimeToLive("a") ?? TimeSpan.Zero;
        Assert.InRange(left, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.True(database.KeyPersist("a"));
        Assert.Null(database.KeyTimeToLive("a"));
        Assert.True(database.KeyRename("a", "b"));
        Assert.Equal(RedisType.String, database.KeyType("b"));
        Assert.Equal(RedisType.None, database.KeyType("a"));
        Assert.True(database.KeyExpire("b", TimeSpan.FromMilliseconds(1)));
        server.Until(() => !database.KeyExists("b"), "the key expires");
    }

    [Theory, ClassData(typeof(Transports))]
    public void Publishing_and_coming_back_after_a_lost_connection(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "2");
        using ConnectionMultiplexer multiplexer = Connect(server);
        ISubscriber subscriber = multiplexer.GetSubscriber();
        System.Collections.Concurrent.ConcurrentQueue<string> heard = new();
        subscriber.Subscribe(
            new RedisChannel("news", RedisChannel.PatternMode.Literal),
            (_, message) => heard.Enqueue((string)message!));
        subscriber.Subscribe(
            new RedisChannel("n*", RedisChannel.PatternMode.Pattern),
            (_, message) => heard.Enqueue("* " + message));
        Assert.Equal(2, subscriber.Publish(new RedisChannel("news", RedisChannel.PatternMode.Literal), "one"));
        server.Until(() => heard.Count == 2, "both subscriptions hear it");
        Assert.Equal(["* one", "one"], heard.Order(StringComparer.Ordinal));

        using (RespClient admin = server.Connect())
            Assert.True(admin.Run("CLIENT", "KILL", "TYPE", "pubsub").Integer >= 1);
        server.Until(() => IsHeardAgain(subscriber, heard), "the library has renewed its subscriptions");
    }

    [Theory, ClassData(typeof(Transports))]
    public void Server_commands(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using ConnectionMultiplexer multiplexer = Connect(server);
        IServer admin = multiplexer.GetServer("127.0.0.1", server.Port);
        IDatabase database = multiplexer.GetDatabase();
        for (int index = 0; index < 100; index++) database.StringSet($"k:{index}", index);
        Assert.Equal(100, admin.DatabaseSize());
        Assert.Equal(100, admin.Keys(pattern: "k:*", pageSize: 10).Distinct().Count());
        Assert.Equal(server.ProcessId, int.Parse(Value(admin, "Server", "process_id")));
        Assert.Equal("0", Value(admin, "Persistence", "loading"));
        Assert.NotEmpty(admin.ConfigGet("maxclients"));
        Assert.NotEmpty(admin.ClientList());
        Assert.True(admin.Time().Year > 2000);
        admin.FlushDatabase();
        Assert.Equal(0, admin.DatabaseSize());
    }

    private static bool IsHeardAgain(
        ISubscriber subscriber, System.Collections.Concurrent.ConcurrentQueue<string> heard)
    {
        try
        {
            subscriber.Publish(new RedisChannel("news", RedisChannel.PatternMode.Literal), "two");
        }
        catch (RedisConnectionException)
        {
            return false;
        }

        return heard.Contains("two");
    }

    private static string Value(IServer admin, string section, string field) =>
        admin.Info(section).Single().Single(pair => pair.Key == field).Value;

    private static ConnectionMultiplexer Connect(FastShardServer server)
    {
        ConfigurationOptions options = new() { AllowAdmin = true, SyncTimeout = 10_000, ConnectTimeout = 10_000 };
        options.EndPoints.Add("127.0.0.1", server.Port);
        return ConnectionMultiplexer.Connect(options);
    }
}
