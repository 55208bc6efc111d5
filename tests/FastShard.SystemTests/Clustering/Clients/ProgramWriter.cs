using System.Diagnostics;
using System.Text;
using System.Text.Json;
using FastShard.SystemTests.Clients;
using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Clustering.Clients;

/// <summary>A program of tests/clients that writes until its input ends.</summary>
internal sealed class ProgramWriter : IClusterWriter
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly JsonSerializerOptions Options = new() { PropertyNameCaseInsensitive = true };

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private ProgramWriter(string name, Process process)
    {
        Name = name;
        _process = process;
        ProgramRun.Collect(process, _output, _errors);
    }

    public string Name { get; }

    public bool IsReady
    {
        get
        {
            lock (_output) return _output.ToString().StartsWith("ready", StringComparison.Ordinal);
        }
    }

    public static ProgramWriter Python(int port) => Start(
        "redis-py", ClientPrograms.Where("CLIENTS_PYTHON"), "cluster_writer.py", port, environment: null);

    public static ProgramWriter Node(int port) => Start(
        "ioredis", "node", "cluster_writer.cjs", port,
        new Dictionary<string, string> { ["NODE_PATH"] = ClientPrograms.Where("CLIENTS_NODE_MODULES") });

    public WriterReport Finish()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(Limit)) throw new TimeoutException($"{Name} still runs:\n{_output}{_errors}");
        _process.WaitForExit();
        string last = _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        return last.StartsWith('{')
            ? JsonSerializer.Deserialize<WriterReport>(last, Options)!
            : throw new InvalidOperationException($"{Name} did not report:\n{_output}{_errors}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private static ProgramWriter Start(
        string name, string interpreter, string script, int port, Dictionary<string, string>? environment)
    {
        string path = Path.Combine(ServerBinary.Root, "tests", "clients", script);
        return new ProgramWriter(
            name, ProgramRun.Start(interpreter, [path, "127.0.0.1", $"{port}"], environment));
    }
}
