// CONFIG GET, SET and REWRITE over the live options. SET is all or nothing: every pair is checked and set, then those
// who subscribed to a directive carry the change out, and the first refusal puts everything back, subscribers
// included. Callers hold all shards while they SET, so nobody reads the options in between.

using System.Text;
using FastShard.Engine.Text;

namespace FastShard.Server.Configuration;

/// <summary>Carries a change of directives out; returns null, or why it cannot.</summary>
public delegate string? ConfigChange(ServerOptions options);

/// <summary>The configuration of a running server.</summary>
public sealed class ConfigStore
{
    private readonly List<(Directive Directive, ConfigChange Change)> _subscriptions = [];

    /// <param name="options">The values to start from.</param>
    /// <param name="filePath">The file that they came from, which CONFIG REWRITE writes; null for none.</param>
    public ConfigStore(ServerOptions options, string? filePath = null)
    {
        Options = options;
        FilePath = filePath is null ? null : Path.GetFullPath(filePath);
    }

    /// <summary>The live values.</summary>
    public ServerOptions Options { get; }

    /// <summary>Absolute path of the configuration file; null when the server runs without.</summary>
    public string? FilePath { get; }

    /// <summary>Hears, after a SET, of directives that were set and that nothing in the server reads.</summary>
    public Action<string>? Warned { get; set; }

    /// <summary>One line for each directive that has a value of its own and no effect.</summary>
    public string[] Warnings() => Array.ConvertAll(Array.FindAll(DirectiveTable.All, IsIdle), WarningOf);

    /// <summary>
    /// Calls <paramref name="change"/> once after every SET that touches one of the directives, with the new values in
    /// the options. When it, or one after it, refuses, it is called again with the old values.
    /// </summary>
    public void Subscribe(ConfigChange change, params ReadOnlySpan<string> directives)
    {
        foreach (string name in directives)
        {
            Directive directive = DirectiveTable.Find(name)
                ?? throw new ArgumentException($"There is no directive '{name}'.", nameof(directives));
            _subscriptions.Add((directive, change));
        }
    }

    /// <summary>
    /// The directives whose names match, each once, as name and value: a pattern without wildcards is answered under
    /// the name that was asked for.
    /// </summary>
    public List<KeyValuePair<string, string>> Get(params ReadOnlySpan<string> patterns)
    {
        var found = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (string text in patterns)
        {
            byte[] pattern = Encoding.UTF8.GetBytes(text);
            if (!GlobPattern.HasWildcard(pattern))
            {
                if (DirectiveTable.Find(text) is { } exact && seen.Add(text))
                    found.Add(new(text, exact.Format(Options)));
                continue;
            }
            foreach ((string name, Directive directive) in DirectiveTable.Names)
            {
                if (directive.Has(DirectiveFlags.Hidden)) continue;
                if (GlobPattern.IsMatch(pattern, Encoding.UTF8.GetBytes(name), ignoreCase: true) && seen.Add(name))
                    found.Add(new(name, directive.Format(Options)));
            }
        }
        return found;
    }

    /// <summary>
    /// Sets name, value, name, value...; an even number of texts. Returns null, or the error reply without its '-':
    /// then nothing has changed.
    /// </summary>
    /// <param name="fromLoopback">Whether the client is local, as enable-protected-configs may ask for.</param>
    public string? Set(ReadOnlySpan<string> namesAndValues, bool fromLoopback = true)
    {
        if (namesAndValues.Length == 0 || namesAndValues.Length % 2 != 0) return "ERR syntax error";
        if (FindTargets(namesAndValues, fromLoopback, out List<Directive> targets) is string refusal) return refusal;
        List<object?> before = targets.ConvertAll(target => target.Capture(Options));
        for (int i = 0; i < targets.Count; i++)
        {
            if (SetOne(targets[i], namesAndValues[2 * i + 1]) is not string error) continue;
            Restore(targets, before);
            return Failure(namesAndValues[2 * i], error);
        }
        if (Publish(targets, before) is string failure) return failure;
        foreach (Directive target in targets.FindAll(IsIdle)) Warned?.Invoke(WarningOf(target));
        return null;
    }

    /// <summary>Writes the present values into the file; null, or the error reply without its '-'.</summary>
    public string? Rewrite()
    {
        if (FilePath is null) return "ERR The server is running without a config file";
        string? error = ConfigRewriter.Rewrite(FilePath, Options);
        return error is null ? null : $"ERR Rewriting config file: {error}";
    }

    private static string WarningOf(Directive directive) =>
        $"The directive '{directive.Name}' is accepted for compatibility and has no effect.";

    private static string Failure(string name, string reason) =>
        $"ERR CONFIG SET failed (possibly related to argument '{name.ToLowerInvariant()}') - {reason}";

    private bool IsIdle(Directive directive) => !directive.HasEffect && directive.AsksForSomething(Options);

    /// <summary>Finds the directives of a SET. An unknown name outweighs other faults, as in Redis.</summary>
    private string? FindTargets(ReadOnlySpan<string> namesAndValues, bool fromLoopback, out List<Directive> targets)
    {
        targets = [];
        string? fault = null;
        for (int i = 0; i < namesAndValues.Length; i += 2)
        {
            string name = namesAndValues[i];
            Directive? directive = DirectiveTable.Find(name);
            if (directive is null) return $"ERR Unknown option or number of arguments for CONFIG SET - '{name}'";
            string? reason = targets.Contains(directive) ? "duplicate parameter"
                : WhyFixed(directive, namesAndValues[i + 1], fromLoopback);
            if (reason is not null) fault ??= Failure(name, reason);
            targets.Add(directive);
        }
        return fault;
    }

    // To set what is set already changes nothing: a client may write back all that it read.
    private string? WhyFixed(Directive directive, string value, bool fromLoopback)
    {
        if (directive.Has(DirectiveFlags.Immutable) && value == directive.Format(Options)) return null;
        if (directive.Has(DirectiveFlags.Immutable)) return "can't set immutable config";
        if (!directive.Has(DirectiveFlags.Protected)) return null;
        bool open = Options.ProtectedConfigs == AccessRule.Yes
            || (Options.ProtectedConfigs == AccessRule.Local && fromLoopback);
        return open ? null : "can't set protected config";
    }

    private string? SetOne(Directive directive, string value)
    {
        string[] arguments = directive.TakesMany && value.Length > 0 ? ConfigText.SplitWords(value) : [value];
        return directive.Set(Options, arguments, append: false) ?? directive.Refusal?.Invoke(Options);
    }

    /// <summary>Lets subscribers act on the change; after a refusal they have acted on the old values again.</summary>
    private string? Publish(List<Directive> targets, List<object?> before)
    {
        var called = new List<ConfigChange>();
        foreach (Directive target in targets)
        {
            foreach ((Directive directive, ConfigChange change) in _subscriptions)
            {
                if (directive != target || called.Contains(change)) continue;
                called.Add(change);
                if (change(Options) is not string reason) continue;
                Restore(targets, before);
                // They accepted these values once; a refusal now leaves nothing better to go back to.
                foreach (ConfigChange undone in called) undone(Options);
                return Failure(target.Name, reason);
            }
        }
        return null;
    }

    private void Restore(List<Directive> targets, List<object?> before)
    {
        for (int i = 0; i < targets.Count; i++) targets[i].Restore(Options, before[i]);
    }
}
