using System.Globalization;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>redis-benchmark runs to its end and reports numbers: the tool that everybody tries first.</summary>
[Collection(SequentialGroup.Name)]
public sealed class RedisBenchmarkTests
{
    [Theory, ClassData(typeof(Transports))]
    public void The_usual_tests(string transport) => Benchmark(transport, "1");

    [Theory, ClassData(typeof(Transports))]
    public void The_usual_tests_pipelined(string transport) => Benchmark(transport, "16");

    private static void Benchmark(string transport, string depth)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        ProgramResult result = ProgramRun.Run(
            "redis-benchmark", "-p", $"{server.Port}", "-t", "set,get,incr,mset", "-n", "20000", "-r", "10000",
            "-P", depth, "--csv");
        Assert.True(result.ExitCode == 0, result.ToString());
        string[] rows = [.. result.Lines.Where(line => line.StartsWith('"') && !line.StartsWith("\"test\""))];
        Assert.Equal(4, rows.Length);
        foreach (string row in rows)
        {
            string[] cells = [.. row.Split(',').Select(cell => cell.Trim('"'))];
            Assert.True(double.Parse(cells[1], CultureInfo.InvariantCulture) > 0, row);
        }

        using RespClient client = server.Connect();
        Assert.True(client.Run("DBSIZE").Integer > 1000);
    }
}
