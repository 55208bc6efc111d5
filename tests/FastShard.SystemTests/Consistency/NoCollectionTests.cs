using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Consistency;

/// <summary>
/// The hot path allocates no managed memory: a load of GET and SET leaves the collector's counts where they were.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class NoCollectionTests
{
    [Fact]
    public void A_load_of_get_and_set_collects_nothing()
    {
        using FastShardServer server = FastShardServer.Start(Transports.Epoll, "--shards", "2");
        using RespClient client = server.Connect();
        ProgramResult load = ProgramRun.Run(
            "redis-benchmark", "-p", $"{server.Port}", "-t", "get,set", "-n", "500000", "-P", "16", "-r", "100000",
            "-q");
        Assert.Equal(0, load.ExitCode);
        string info = client.Run("INFO", "everything").Text!;
        foreach (int generation in new[] { 0, 1, 2 }) Assert.Contains($"gc_collections_gen{generation}:0\r\n", info);
    }
}
