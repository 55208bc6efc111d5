namespace FastShard.SystemTests.Harness;

/// <summary>How a program ended and what it wrote to standard output and standard error.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Errors)
{
    public string All => Output + Errors;

    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public override string ToString() => $"exit code {ExitCode}\n{Output}\n{Errors}";
}
