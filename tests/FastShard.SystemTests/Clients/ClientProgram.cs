using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Clients;

/// <summary>The programs of tests/clients: each prints "ok NAME" or "FAILED NAME: why" and ends with 0 or 1.</summary>
internal static class ClientProgram
{
    public static void Node(string script, int port, int checksMin)
    {
        string modules = ClientPrograms.Where("CLIENTS_NODE_MODULES");
        Check("node", script, port, checksMin, new Dictionary<string, string> { ["NODE_PATH"] = modules });
    }

    public static void Python(string script, int port, int checksMin)
    {
        Check(ClientPrograms.Where("CLIENTS_PYTHON"), script, port, checksMin, new Dictionary<string, string>());
    }

    private static void Check(
        string interpreter, string script, int port, int checksMin, Dictionary<string, string> environment)
    {
        string path = Path.Combine(ServerBinary.Root, "tests", "clients", script);
        ProgramResult result = ProgramRun.Run(interpreter, [path, "127.0.0.1", $"{port}"], input: null, environment);
        Assert.True(result.ExitCode == 0, $"{script}: {result}");
        Assert.True(result.Lines.Count(line => line.StartsWith("ok ")) >= checksMin, $"{script} did not run: {result}");
    }
}
