using System.Collections;
using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.PubSub;

/// <summary>Transports, numbers of shards and protocol versions that pub/sub is tried on.</summary>
public sealed class Shapes : IEnumerable<object[]>
{
    public IEnumerator<object[]> GetEnumerator()
    {
        foreach (int shards in (int[])[1, 2, 4])
        {
            yield return [Transports.Epoll, shards, 2];
            yield return [Transports.Epoll, shards, 3];
        }
        yield return [Transports.Pipelines, 2, 2];
        yield return [Transports.Pipelines, 2, 3];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static FastShardServer Start(string transport, int shards, params string[] options) =>
        FastShardServer.Start(transport, ["--shards", $"{shards}", .. options]);

    internal static RespClient Connect(FastShardServer server, int protocol)
    {
        RespClient client = server.Connect();
        client.Run("HELLO", $"{protocol}");
        return client;
    }
}
