using FastShard.Native.Diagnostics;
using FastShard.Server.Configuration.Directives;

namespace FastShard.Server.Configuration;

/// <summary>Every directive, in the order of the reference, and the look-up by name.</summary>
internal static class DirectiveTable
{
    public static readonly DirectiveGroup[] Groups =
    [
        NetworkDirectives.Group,
        ProcessDirectives.Group,
        LimitDirectives.Group,
        MemoryDirectives.Group,
        EncodingDirectives.Group,
        ObservabilityDirectives.Group,
        HotKeyDirectives.Group,
        LoggingDirectives.Group,
        PersistenceDirectives.Group,
        ReplicationDirectives.Group,
        ClusterDirectives.Group,
        SecurityDirectives.Group,
    ];

    public static readonly Directive[] All = ListAll();

    /// <summary>Names and aliases, in the order of the reference.</summary>
    public static readonly KeyValuePair<string, Directive>[] Names = ListNames();

    public static readonly string[] AllNames = Array.ConvertAll(Names, static entry => entry.Key);

    private static readonly Dictionary<string, Directive> ByName = IndexByName();

    /// <summary>The directive of a name or alias, in any case; null when there is none.</summary>
    public static Directive? Find(string name) => ByName.GetValueOrDefault(name);

    private static Directive[] ListAll()
    {
        var all = new List<Directive>();
        foreach (DirectiveGroup group in Groups) all.AddRange(group.Directives);
        return [.. all];
    }

    private static KeyValuePair<string, Directive>[] ListNames()
    {
        var names = new List<KeyValuePair<string, Directive>>();
        foreach (Directive directive in All)
        {
            names.Add(new(directive.Name, directive));
            if (directive.Alias is not null) names.Add(new(directive.Alias, directive));
        }
        return [.. names];
    }

    private static Dictionary<string, Directive> IndexByName()
    {
        var index = new Dictionary<string, Directive>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Directive directive) in Names) Invariant.Check(index.TryAdd(name, directive));
        return index;
    }
}
