using System.Collections;

namespace FastShard.Server.CommandLine;

/// <summary>What a starting process reads and writes; tests bring their own.</summary>
public sealed record LaunchConsole(TextReader Input, TextWriter Output, TextWriter Error, IDictionary Variables)
{
    public static LaunchConsole OfProcess() =>
        new(Console.In, Console.Out, Console.Error, Environment.GetEnvironmentVariables());
}
