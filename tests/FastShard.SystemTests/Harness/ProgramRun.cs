using System.Diagnostics;
using System.Text;

namespace FastShard.SystemTests.Harness;

/// <summary>Runs a program to its end, within a limit.</summary>
internal static class ProgramRun
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static ProgramResult Run(string file, params string[] arguments) => Run(file, arguments, input: null);

    public static ProgramResult Run(
        string file,
        IEnumerable<string> arguments,
        byte[]? input,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        using Process process = Start(file, arguments, environment);
        StringBuilder output = new();
        StringBuilder errors = new();
        Collect(process, output, errors);
        if (input is not null) process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} still runs after {Limit.TotalSeconds} s; it wrote:\n{output}{errors}");
        }

        process.WaitForExit(); // Without a limit it also waits for the last lines of both streams.
        return new ProgramResult(process.ExitCode, output.ToString(), errors.ToString());
    }

    public static Process Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? folder = null)
    {
        ProcessStartInfo start = new(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder ?? ServerBinary.Root,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);

        // The server reads variables of its name as directives: the developer's own must not reach it.
        string[] inherited = [.. start.Environment.Keys.Where(name => name.StartsWith("FASTSHARD_"))];
        foreach (string name in inherited) start.Environment.Remove(name);
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{file} does not start");
    }

    public static void Collect(Process process, StringBuilder output, StringBuilder errors)
    {
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.Append(line).Append('\n');
    }
}
