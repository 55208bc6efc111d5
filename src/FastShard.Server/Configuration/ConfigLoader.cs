// Merges the sources of the configuration into one ServerOptions, in rising priority: file, environment, options.
// Nothing is skipped: what cannot be taken becomes an error, and all errors are gathered so that one run tells them
// all. What only the merged result can decide (a file says daemonize yes, an option takes it back) waits for Finish.

using System.Collections;

namespace FastShard.Server.Configuration;

internal sealed class ConfigLoader
{
    public const string EnvironmentPrefix = "FASTSHARD_";

    private const int MaxIncludeDepth = 16;

    private static readonly Dictionary<string, string> RefusedKeywords = new(StringComparer.OrdinalIgnoreCase)
    {
        ["rename-command"] = "FastShard does not rename commands: remove the line",
        ["loadmodule"] = "FastShard does not load modules: remove the line",
        ["user"] = "FastShard does not take users from its configuration: remove the line, and use 'requirepass'",
        ["sentinel"] = "FastShard is not a sentinel: remove the line",
    };

    private readonly ServerOptions _options;
    private readonly List<ConfigError> _errors = [];
    private readonly Dictionary<Directive, ConfigOrigin> _origins = [];
    private readonly HashSet<Directive> _seenInSource = [];

    public ConfigLoader(ServerOptions options) => _options = options;

    public IReadOnlyList<ConfigError> Errors => _errors;

    public void LoadFile(string path)
    {
        _seenInSource.Clear();
        ReadFile(path, origin: null, depth: 0);
    }

    /// <summary>Reads lines of a configuration file; <paramref name="name"/> is what errors call it.</summary>
    public void LoadText(TextReader reader, string name)
    {
        _seenInSource.Clear();
        ReadLines(reader, name, depth: 0);
    }

    /// <summary>Takes every variable that begins with FASTSHARD_: the name in capitals, with _ for -.</summary>
    public void LoadEnvironment(IDictionary variables)
    {
        _seenInSource.Clear();
        foreach (DictionaryEntry variable in variables)
        {
            var key = (string)variable.Key;
            if (!key.StartsWith(EnvironmentPrefix, StringComparison.Ordinal)) continue;
            string name = key[EnvironmentPrefix.Length..].ToLowerInvariant();
            var origin = new ConfigOrigin("environment", $"{key}={variable.Value}");
            // Four directives have underscores in their own names.
            Directive? directive = DirectiveTable.Find(name.Replace('_', '-')) ?? DirectiveTable.Find(name);
            if (directive is null)
            {
                string? meant = NearestName.Find(name.Replace('_', '-'), DirectiveTable.AllNames);
                string hint = meant is null ? "" : $", did you mean '{VariableOf(meant)}'?";
                Fail(new ConfigOrigin("environment", key), "unknown variable" + hint);
            }
            else
            {
                Assign(directive, [(string?)variable.Value ?? ""], origin);
            }
        }
    }

    /// <summary>Takes the options of the command line.</summary>
    public void LoadOptions(IEnumerable<ConfigOption> options)
    {
        _seenInSource.Clear();
        foreach (ConfigOption option in options)
        {
            var origin = new ConfigOrigin("command line", option.Text);
            if (option.Name == "include") Include([.. option.Values], origin, depth: 0);
            else Apply(option.Name, [.. option.Values], origin, prefix: "--");
        }
    }

    /// <summary>Judges the merged values; call it last.</summary>
    public void Finish()
    {
        foreach (Directive directive in DirectiveTable.All)
        {
            if (directive.Refusal?.Invoke(_options) is not string reason) continue;
            Fail(_origins.GetValueOrDefault(directive) ?? new ConfigOrigin("default", directive.Name), reason);
        }
    }

    private static string VariableOf(string name) => EnvironmentPrefix + name.Replace('-', '_').ToUpperInvariant();

    private void ReadFile(string path, ConfigOrigin? origin, int depth)
    {
        ConfigOrigin place = origin ?? new ConfigOrigin(path, "");
        try
        {
            using var reader = new StreamReader(path);
            ReadLines(reader, path, depth);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(place, $"can't open the configuration file: {exception.Message}");
        }
    }

    private void ReadLines(TextReader reader, string name, int depth)
    {
        for (int number = 1; reader.ReadLine() is string raw; number++)
        {
            string line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            ConfigOrigin origin = ConfigOrigin.FileLine(name, number, line);
            List<string>? words = ConfigText.SplitLine(line, out string? error);
            if (words is null) Fail(origin, error!);
            else if (words[0].Equals("include", StringComparison.OrdinalIgnoreCase)) Include(words[1..], origin, depth);
            else Apply(words[0], [.. words[1..]], origin, prefix: "");
        }
    }

    private void Include(List<string> paths, ConfigOrigin origin, int depth)
    {
        if (paths.Count != 1) Fail(origin, "wrong number of arguments");
        else if (depth == MaxIncludeDepth) Fail(origin, "files include each other too deeply");
        else if (paths[0].AsSpan().ContainsAny('*', '?')) IncludeMatching(paths[0], origin, depth);
        else ReadFile(paths[0], origin, depth + 1);
    }

    /// <summary>Wildcards stand for any number of files in one folder, taken in the order of their names.</summary>
    private void IncludeMatching(string pattern, ConfigOrigin origin, int depth)
    {
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } given ? given : ".";
        if (!Directory.Exists(folder)) return;
        string[] paths = Directory.GetFiles(folder, Path.GetFileName(pattern));
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (string path in paths) ReadFile(path, origin, depth + 1);
    }

    private void Apply(string name, string[] arguments, ConfigOrigin origin, string prefix)
    {
        if (RefusedKeywords.TryGetValue(name, out string? refusal))
        {
            Fail(origin, refusal);
            return;
        }
        Directive? directive = DirectiveTable.Find(name);
        if (directive is null)
        {
            string kind = prefix.Length > 0 ? "option" : "directive";
            string hint = NearestName.Hint(name, DirectiveTable.AllNames, prefix);
            Fail(origin, $"unknown {kind} '{prefix}{name}'{hint}");
            return;
        }
        Assign(directive, arguments, origin);
    }

    private void Assign(Directive directive, string[] arguments, ConfigOrigin origin)
    {
        // A secret must not reach a terminal or a log by way of its own error.
        if (directive.Has(DirectiveFlags.Sensitive)) origin = origin with { Text = directive.Name + " ..." };
        string? error = null;
        // A list may come as one quoted text.
        if (directive.TakesMany && arguments is [{ Length: > 0 } single])
            arguments = ConfigText.SplitLine(single, out error)?.ToArray() ?? [];
        error ??= directive.Set(_options, arguments, append: !_seenInSource.Add(directive));
        if (error is null) _origins[directive] = origin;
        else Fail(origin, error);
    }

    private void Fail(ConfigOrigin origin, string message) =>
        _errors.Add(new ConfigError(origin.Place, origin.Text, message));
}
