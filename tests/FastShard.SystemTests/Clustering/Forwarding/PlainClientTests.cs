using FastShard.SystemTests.Clients;
using FastShard.SystemTests.Harness;
using StackExchange.Redis;
using Xunit;

namespace FastShard.SystemTests.Clustering.Forwarding;

/// <summary>Client libraries that are told nothing of the cluster.</summary>
[Collection(SequentialGroup.Name)]
public sealed class PlainClientTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Redis_py(int redisServers)
    {
        using ForwardingCluster cluster = new("epoll", redisServers);
        ClientProgram.Python("python_forwarded.py", cluster.First.Port, checksMin: 7);
    }

    [Fact]
    public void Redis_cli()
    {
        using ForwardingCluster cluster = new("epoll", 1);
        string port = $"{cluster.First.Port}";
        for (int key = 0; key < 20; key++)
        {
            ProgramResult set = ProgramRun.Run("redis-cli", "-p", port, "SET", $"cli:{key}", $"{key}");
            Assert.Equal("OK", set.Lines.First());
        }
        ProgramResult found = ProgramRun.Run("redis-cli", "-p", port, "--scan", "--pattern", "cli:*");
        Assert.Equal(20, found.Lines.Distinct().Count());
        Assert.Equal("7", ProgramRun.Run("redis-cli", "-p", port, "GET", "cli:7").Lines.First());
        Assert.Equal(
            ["3", "4"], ProgramRun.Run("redis-cli", "-p", port, "MGET", "cli:3", "cli:4").Lines.Take(2));
    }

    [Theory]
    [InlineData("epoll")]
    [InlineData("pipelines")]
    public async Task StackExchange_in_plain_mode(string transport)
    {
        const int Count = 5000;
        using ForwardingCluster cluster = new(transport, 0);
        // Without these it does not find out that there is a cluster.
        var options = new ConfigurationOptions
        {
            CommandMap = CommandMap.Create(["CLUSTER", "INFO", "CONFIG"], available: false),
            EndPoints = { { "127.0.0.1", cluster.First.Port } },
            SyncTimeout = 60_000,
        };
        using ConnectionMultiplexer multiplexer = ConnectionMultiplexer.Connect(options);
        Assert.Equal(ServerType.Standalone, multiplexer.GetServer("127.0.0.1", cluster.First.Port).ServerType);
        IDatabase database = multiplexer.GetDatabase();
        var reads = new Task<RedisValue>[Count];
        for (int index = 0; index < Count; index++)
        {
            _ = database.StringSetAsync($"p:{index}", index, flags: CommandFlags.FireAndForget);
            reads[index] = database.StringGetAsync($"p:{index}");
        }
        RedisValue[] values = await Task.WhenAll(reads);
        for (int index = 0; index < Count; index++) Assert.Equal(index, (int)values[index]);
        RedisKey[] keys = [.. Enumerable.Range(0, 300).Select(index => (RedisKey)$"p:{index}")];
        Assert.Equal(Enumerable.Range(0, 300), database.StringGet(keys).Select(value => (int)value));
        Assert.Equal(300, database.KeyDelete(keys));
        ITransaction transaction = database.CreateTransaction();
        Task<long> counted = transaction.StringIncrementAsync("{t}n");
        Task<bool> written = transaction.HashSetAsync("{t}h", "f", "v");
        Assert.True(transaction.Execute());
        Assert.Equal(1, await counted);
        Assert.True(await written);
        Assert.Equal("v", (string?)database.HashGet("{t}h", "f"));
    }
}
