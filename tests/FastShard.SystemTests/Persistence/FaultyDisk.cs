using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Persistence;

/// <summary>A disk that fails as it is told, for servers that are started with its environment (fault.c).</summary>
internal sealed class FaultyDisk
{
    private readonly string _control;

    public FaultyDisk(string folder)
    {
        string shim = Path.Combine(folder, "fault.so");
        string source = Path.Combine(AppContext.BaseDirectory, "Persistence", "fault.c");
        ProgramResult compiled = ProgramRun.Run("gcc", "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl");
        Assert.True(compiled.ExitCode == 0, compiled.ToString());
        _control = Path.Combine(folder, "fault.txt");
        Environment = new() { ["LD_PRELOAD"] = shim, ["FAULT_FILE"] = _control };
        Fail("");
    }

    /// <summary>What a server needs to see this disk.</summary>
    public Dictionary<string, string> Environment { get; }

    /// <summary>From now on the disk fails like this; empty: it is well.</summary>
    public void Fail(string fault) => File.WriteAllText(_control, fault);
}
