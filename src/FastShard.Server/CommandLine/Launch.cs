using System.Runtime.InteropServices;
using FastShard.Server.Commands;
using FastShard.Server.Configuration;

namespace FastShard.Server.CommandLine;

/// <summary>From the command line to a configuration, or to an answer and an exit code.</summary>
public static class Launch
{
    /// <summary>
    /// Reads all sources of the configuration. Returns it when a server is to run; else null, after printing what was
    /// asked for or what is wrong, with the code to exit with.
    /// </summary>
    public static ConfigStore? Prepare(ReadOnlySpan<string> arguments, LaunchConsole console, out int exitCode)
    {
        LaunchArguments parsed = LaunchArguments.Parse(arguments);
        exitCode = 0;
        switch (parsed.Mode)
        {
            case LaunchMode.Help when parsed.Errors.Count == 0:
                ConfigReference.WriteHelp(console.Output);
                return null;
            case LaunchMode.Version when parsed.Errors.Count == 0:
                console.Output.WriteLine(VersionLine);
                return null;
            case LaunchMode.PrintExample when parsed.Errors.Count == 0:
                ConfigReference.WriteExample(console.Output);
                return null;
            case LaunchMode.PrintReference when parsed.Errors.Count == 0:
                ConfigReference.WriteMarkdown(console.Output);
                return null;
            case LaunchMode.PrintCommands when parsed.Errors.Count == 0:
                CommandReference.WriteMarkdown(ServerCommands.BuildTable(), console.Output);
                return null;
        }
        var options = new ServerOptions();
        List<ConfigError> errors = [.. parsed.Errors, .. Load(parsed, options, console)];
        exitCode = errors.Count > 0 ? 1 : 0;
        foreach (ConfigError error in errors) console.Error.WriteLine(Describe(error, parsed.Mode));
        if (exitCode != 0) return null;
        if (parsed.Mode == LaunchMode.HealthCheck)
        {
            exitCode = HealthCheck.Run(options, console);
            return null;
        }
        var store = new ConfigStore(options, parsed.ConfigFile);
        if (parsed.Mode != LaunchMode.CheckConfig) return store;
        ReportChecked(store, console);
        return null;
    }

    /// <summary>"FastShard v=0.1.0 ...", as --version prints it.</summary>
    public static string VersionLine =>
        $"FastShard v={Version} runtime={RuntimeInformation.FrameworkDescription.Replace(' ', '-')}"
        + $" os={RuntimeInformation.RuntimeIdentifier} bits={IntPtr.Size * 8}";

    /// <summary>The version of the server: three numbers.</summary>
    public static string Version { get; } = typeof(Launch).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private static IReadOnlyList<ConfigError> Load(LaunchArguments parsed, ServerOptions options, LaunchConsole console)
    {
        var loader = new ConfigLoader(options);
        if (parsed.ConfigFile is not null) loader.LoadFile(parsed.ConfigFile);
        if (parsed.ReadsStandardInput) loader.LoadText(console.Input, "standard input");
        loader.LoadEnvironment(console.Variables);
        loader.LoadOptions(parsed.Options);
        loader.Finish();
        return loader.Errors;
    }

    private static string Describe(ConfigError error, LaunchMode mode) =>
        mode == LaunchMode.CheckConfig ? error.ToString()
            : $"*** FATAL CONFIG FILE ERROR (FastShard {Version}) *** {error}";

    private static void ReportChecked(ConfigStore store, LaunchConsole console)
    {
        foreach (string warning in store.Warnings()) console.Output.WriteLine("warning: " + warning);
        console.Output.WriteLine("OK");
    }
}
