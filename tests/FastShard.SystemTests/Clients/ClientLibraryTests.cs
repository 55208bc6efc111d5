using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>The client libraries of other languages, each driven as an application would.</summary>
public sealed class ClientLibraryTests
{
    [Theory, ClassData(typeof(Transports))]
    public void Ioredis(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        ClientProgram.Node("ioredis_client.cjs", server.Port, checksMin: 21);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Node_redis_over_resp3(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        ClientProgram.Node("node_redis_client.cjs", server.Port, checksMin: 19);
    }

    [Theory, ClassData(typeof(Transports))]
    public void Redis_py(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        ClientProgram.Python("python_client.py", server.Port, checksMin: 23);
    }
}
