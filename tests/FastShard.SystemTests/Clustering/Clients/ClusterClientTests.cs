using System.Diagnostics;
using FastShard.SystemTests.Harness;
using Xunit;
using Xunit.Abstractions;

namespace FastShard.SystemTests.Clustering.Clients;

/// <summary>
/// Cluster clients write while a node joins and is given slots, a primary is killed, and another is cut off and comes
/// back. What was acknowledged is there in the end, but for what the primary had not yet sent to its replica.
/// </summary>
[Collection(SequentialGroup.Name)]
public sealed class ClusterClientTests(ITestOutputHelper output)
{
    // A write that was acknowledged so long before its primary was lost has reached the replica, on any machine.
    private const long ReplicationMillis = 3000;

    [Fact]
    public void Clients_write_through_all_changes_of_the_members()
    {
        using FastShardServer watcher = FastShardServer.Start("epoll");
        ClusterNodeProcess[] nodes = [.. Enumerable.Range(0, 7).Select(_ => ClusterNodeProcess.StartOurs("epoll"))];
        try
        {
            Make(watcher, nodes);
            (ClusterNodeProcess stays, ClusterNodeProcess dies) = (nodes[0], nodes[1]);
            ClusterNodeProcess isCut = nodes[2];
            using ProgramWriter python = ProgramWriter.Python(stays.Port);
            using ProgramWriter node = ProgramWriter.Node(stays.Port);
            using var own = new StackExchangeWriter(nodes[..6].Select(one => one.Port));
            watcher.Until(() => python.IsReady && node.IsReady, "they write");
            AwaitWrites(watcher, nodes[..3], 100);

            Join(watcher, nodes, nodes[6]);
            AwaitWrites(watcher, [stays, nodes[6]], 20);

            long killed = Now();
            dies.Kill();
            ClusterNodeProcess heir = Replace(watcher, stays, nodes, dies, "killed");
            AwaitWrites(watcher, [heir], 50);

            long cut = Now();
            isCut.Signal("STOP");
            ClusterNodeProcess second = Replace(watcher, stays, nodes, isCut, "cut off");
            long healed = Now();
            isCut.Signal("CONT");
            watcher.Until(() => stays.See(isCut).Contains(" slave "), "who was cut off follows");
            AwaitWrites(watcher, [second], 50);

            foreach (IClusterWriter writer in (IClusterWriter[])[python, node, own])
                Judge(writer.Name, writer.Finish(), [killed, cut, healed]);
        }
        finally
        {
            foreach (ClusterNodeProcess node in nodes) node.Dispose();
        }
    }

    // One that stood still answers what it had received before it hears that it was replaced, as a redis-server does.
    private void Judge(string name, WriterReport report, long[] losses)
    {
        double share = 100.0 * report.Errors / (report.Acknowledged + report.Errors);
        output.WriteLine(
            $"{name}: {report.Acknowledged} acknowledged, {report.Lost.Length} of them lost, {report.Wrong} wrong,"
            + $" {report.Errors} errors ({share:F3} %), longest pause {report.Longest} ms; {report.Kinds}");
        Assert.True(report.Acknowledged > 100, name);
        Assert.Equal(0, report.Wrong);
        foreach (long millis in report.Lost)
        {
            long before = losses.Min(loss => Math.Abs(loss - millis));
            Assert.True(before < ReplicationMillis, $"{name}: lost what was acknowledged {before} ms from any loss");
        }
    }

    // The replica of a node that is lost takes its place.
    private ClusterNodeProcess Replace(
        FastShardServer watcher, ClusterNodeProcess stays, ClusterNodeProcess[] nodes, ClusterNodeProcess lost,
        string how)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ClusterNodeProcess heir = nodes[Array.IndexOf(nodes, lost) + 3];
        watcher.Until(() => stays.See(heir).Contains(" master "), "its replica takes over");
        output.WriteLine($"a primary was {how}: replaced after {watch.ElapsedMilliseconds} ms of node timeout 2000");
        watcher.Until(() => stays.Ask("CLUSTER", "INFO").Text!.Contains("cluster_state:ok"), "the cluster serves");
        return heir;
    }

    // Three primaries with a replica each.
    private static void Make(FastShardServer watcher, ClusterNodeProcess[] nodes)
    {
        ProgramResult made = ProgramRun.Run(
            "redis-cli", ["--cluster", "create", .. nodes[..3].Select(node => node.Endpoint), "--cluster-yes"]);
        Assert.True(made.ExitCode == 0, made.ToString());
        for (int replica = 3; replica < 6; replica++)
        {
            (ClusterNodeProcess own, ClusterNodeProcess primary) = (nodes[replica], nodes[replica - 3]);
            own.Ask("CLUSTER", "MEET", "127.0.0.1", $"{primary.Port}", $"{primary.BusPort}");
            watcher.Until(() => own.See(primary).Contains(" connected "), "they know each other");
            watcher.Until(() => own.Ask("CLUSTER", "REPLICATE", primary.Id).Text == "OK", "it follows");
            watcher.Until(
                () => own.Ask("INFO", "replication").Text!.Contains("master_link_status:up"), "it has the data");
        }
        watcher.Until(
            () => nodes[..6].All(node => node.Ask("CLUSTER", "INFO").Text!.Contains("cluster_state:ok")
                && nodes[3..6].All(replica => node.See(replica).Contains("slave "))),
            "all know all");
    }

    private static void Join(FastShardServer watcher, ClusterNodeProcess[] nodes, ClusterNodeProcess joining)
    {
        ClusterNodeProcess first = nodes[0];
        joining.Ask("CLUSTER", "MEET", "127.0.0.1", $"{first.Port}", $"{first.BusPort}");
        watcher.Until(() => nodes[..6].All(node => node.See(joining).Contains(" connected")), "all know who joins");
        // It does not serve until it has seen the others for a while.
        watcher.Until(() => joining.Ask("CLUSTER", "INFO").Text!.Contains("cluster_state:ok"), "who joins serves");
        foreach (ClusterNodeProcess from in nodes[..3])
        {
            ProgramResult moved = ProgramRun.Run(
                "redis-cli", "--cluster", "reshard", $"127.0.0.1:{first.Port}", "--cluster-from", from.Id,
                "--cluster-to", joining.Id, "--cluster-slots", "60", "--cluster-yes");
            Assert.True(moved.ExitCode == 0, moved.ToString());
        }
    }

    private static void AwaitWrites(FastShardServer watcher, ClusterNodeProcess[] nodes, int more)
    {
        foreach (ClusterNodeProcess node in nodes)
        {
            long before = Writes(node);
            watcher.Until(() => Writes(node) >= before + more, "it is written to");
        }
    }

    private static long Writes(ClusterNodeProcess node)
    {
        string text = node.Ask("INFO", "commandstats").Text!;
        string? line = Array.Find(text.Split("\r\n"), line => line.StartsWith("cmdstat_set:calls="));
        return line is null ? 0 : long.Parse(line["cmdstat_set:calls=".Length..].Split(',')[0]);
    }

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
