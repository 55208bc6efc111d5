// The command line: an optional configuration file, or - for standard input, then options. An option is a directive
// with its values, --name value..., that end with the next --name; --name=value for one value of any shape. A last -
// reads standard input after the file, as redis-server does.

using FastShard.Server.Configuration;

namespace FastShard.Server.CommandLine;

internal sealed class LaunchArguments
{
    private static readonly Dictionary<string, LaunchMode> Modes = new(StringComparer.Ordinal)
    {
        ["help"] = LaunchMode.Help,
        ["version"] = LaunchMode.Version,
        ["check-config"] = LaunchMode.CheckConfig,
        ["health-check"] = LaunchMode.HealthCheck,
        ["print-config-example"] = LaunchMode.PrintExample,
        ["print-config-reference"] = LaunchMode.PrintReference,
        ["print-command-reference"] = LaunchMode.PrintCommands,
    };

    public LaunchMode Mode { get; private set; }

    /// <summary>The configuration file; null for none.</summary>
    public string? ConfigFile { get; private set; }

    public bool ReadsStandardInput { get; private set; }

    public List<ConfigOption> Options { get; } = [];

    public List<ConfigError> Errors { get; } = [];

    public static LaunchArguments Parse(ReadOnlySpan<string> arguments)
    {
        var parsed = new LaunchArguments();
        if (arguments is ["-h", ..]) parsed.Mode = LaunchMode.Help;
        else if (arguments is ["-v", ..]) parsed.Mode = LaunchMode.Version;
        else parsed.ReadAll(arguments);
        return parsed;
    }

    private void ReadAll(ReadOnlySpan<string> arguments)
    {
        if (arguments is [.., "-"])
        {
            ReadsStandardInput = true;
            arguments = arguments[..^1];
        }
        if (arguments is [var first, ..] && !IsOption(first))
        {
            TakeSource(first);
            arguments = arguments[1..];
        }
        while (!arguments.IsEmpty)
        {
            int length = 1;
            while (length < arguments.Length && !IsOption(arguments[length])) length++;
            TakeOption(arguments[0], arguments[1..length]);
            arguments = arguments[length..];
        }
    }

    private static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    private void TakeSource(string argument)
    {
        if (argument == "-") ReadsStandardInput = true;
        else if (argument.StartsWith('-')) Fail(argument, "unknown option; options begin with --, see --help");
        else ConfigFile = argument;
    }

    private void TakeOption(string option, ReadOnlySpan<string> values)
    {
        if (!IsOption(option))
        {
            Fail(option, "unexpected argument: the configuration file comes first, and only one");
            return;
        }
        string name = option[2..];
        int equals = name.IndexOf('=');
        if (equals >= 0)
        {
            TakeEquals(option, name[..equals], name[(equals + 1)..], values);
        }
        else if (Modes.TryGetValue(name, out LaunchMode mode))
        {
            if (values.Length > 0) Fail(option, $"takes no value, and '{values[0]}' follows");
            else Mode = mode;
        }
        else if (DirectiveTable.Find(name) is null && NearestName.Find(name, Modes.Keys) is string meant
            && values.IsEmpty && NearestName.Find(name, DirectiveTable.AllNames) is null)
        {
            Fail(option, $"unknown option '{option}', did you mean '--{meant}'?");
        }
        else
        {
            string text = string.Join(' ', (string[])[option, .. values]);
            Options.Add(new ConfigOption(name.ToLowerInvariant(), values.ToArray(), text));
        }
    }

    private void TakeEquals(string option, string name, string value, ReadOnlySpan<string> rest)
    {
        if (rest.Length > 0) Fail(option, $"--name=value takes one value, and '{rest[0]}' follows");
        else Options.Add(new ConfigOption(name.ToLowerInvariant(), [value], option));
    }

    private void Fail(string argument, string message) =>
        Errors.Add(new ConfigError("command line", argument, message));
}
