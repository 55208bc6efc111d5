using System.Globalization;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Consistency;

/// <summary>
/// A pipeline keeps commands for many shards in flight; its replies come in the order of the requests.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class PipelineOrderTests
{
    private const int Keys = 300;

    public static TheoryData<string, int> Shapes => new()
    {
        { Transports.Epoll, 1 },
        { Transports.Epoll, 4 },
        { Transports.Pipelines, 4 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Replies_come_in_request_order(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        Parallel.For(0, 4, worker => RunPipelines(server, worker));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_pipeline_that_arrives_byte_by_byte_is_the_same_pipeline(string transport, int shards)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", $"{shards}");
        using RespClient client = server.Connect();
        List<byte> bytes = [];
        for (int number = 0; number < 20; number++)
        {
            bytes.AddRange(RespClient.Encode("SET", $"k{number}", $"{number}"));
            bytes.AddRange(RespClient.Encode("GET", $"k{number}"));
        }
        client.Socket.NoDelay = true;
        foreach (byte value in bytes) client.SendRaw([value]);
        for (int number = 0; number < 20; number++)
        {
            Assert.Equal("OK", client.Read().Text);
            Assert.Equal(number.ToString(CultureInfo.InvariantCulture), client.Read().Text);
        }
    }

    private static void RunPipelines(FastShardServer server, int worker)
    {
        using RespClient client = server.Connect();
        for (int round = 0; round < 5; round++)
        {
            List<byte> pipeline = [];
            for (int key = 0; key < Keys; key++)
            {
                pipeline.AddRange(RespClient.Encode("SET", $"w{worker}:{key}", $"{round}:{key}"));
                pipeline.AddRange(RespClient.Encode("GET", $"w{worker}:{key}"));
                if (key % 50 == 0) pipeline.AddRange(RespClient.Encode("MGET", $"w{worker}:{key}", $"w{worker}:0"));
                if (key % 70 == 0) pipeline.AddRange(RespClient.Encode("PING", $"{key}"));
            }
            client.SendRaw(pipeline.ToArray());
            for (int key = 0; key < Keys; key++)
            {
                Assert.Equal("OK", client.Read().Text);
                Assert.Equal($"{round}:{key}", client.Read().Text);
                if (key % 50 == 0)
                    Assert.Equal(
                        [$"{round}:{key}", $"{round}:0"], client.Read().Elements!.Select(value => value.Text!));
                if (key % 70 == 0) Assert.Equal($"{key}", client.Read().Text);
            }
        }
    }
}
