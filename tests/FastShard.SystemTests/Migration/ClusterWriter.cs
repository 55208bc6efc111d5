using System.Diagnostics;
using System.Text.RegularExpressions;
using FastShard.SystemTests.Clients;
using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Migration;

/// <summary>
/// redis-py's cluster client at work (tests/clients/slot_writer.py), until it is told to check and end.
/// </summary>
internal sealed partial class ClusterWriter : IDisposable
{
    private readonly Process _process;

    private ClusterWriter(Process process) => _process = process;

    public static ClusterWriter Start(int port, int threads, int keys, string slots = "0-16383")
    {
        string script = Path.Combine(ServerBinary.Root, "tests", "clients", "slot_writer.py");
        Process process = ProgramRun.Start(
            ClientPrograms.Where("CLIENTS_PYTHON"), [script, $"{port}", $"{threads}", $"{keys}", slots],
            environment: null, folder: ServerBinary.Root);
        var writer = new ClusterWriter(process);
        Assert.Equal("started", process.StandardOutput.ReadLine());
        return writer;
    }

    /// <summary>
    /// Ends it: nothing that it read was wrong, and so few operations failed. Returns how many it made.
    /// </summary>
    public long EndWith(int errorsMax)
    {
        _process.StandardInput.Close();
        string said = _process.StandardOutput.ReadToEnd();
        Assert.True(_process.WaitForExit(TimeSpan.FromSeconds(60)), "it does not end");
        Match end = Figures().Match(said);
        Assert.True(end.Success, said + _process.StandardError.ReadToEnd());
        Assert.True(end.Groups["wrong"].Value == "0", said);
        Assert.True(int.Parse(end.Groups["errors"].Value) <= errorsMax, said);
        return long.Parse(end.Groups["operations"].Value);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    [GeneratedRegex(@"operations (?<operations>\d+) errors (?<errors>\d+) wrong (?<wrong>\d+)")]
    private static partial Regex Figures();
}
