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
        LoggingDirectives.Group,
        PersistenceDirectives.Group,
        ReplicationDirectives.Group,
        ClusterDirectives.Group,
        SecurityDirectives.Group,
    ];

    public static readonly Directive[] All = [.. Groups.SelectMany(static group => group.Directives)];

    /// <summary>Names and aliases, in the order of the reference.</summary>
    public static readonly KeyValuePair<string, Directive>[] Names =
        [.. All.SelectMany(static directive => NamesOf(directive))];

    private static readonly Dictionary<string, Directive> ByName = IndexByName();

    /// <summary>The directive of a name or alias, in any case; null when there is none.</summary>
    public static Directive? Find(string name) => ByName.GetValueOrDefault(name);

    private static IEnumerable<KeyValuePair<string, Directive>> NamesOf(Directive directive)
    {
        yield return new(directive.Name, directive);
        if (directive.Alias is not null) yield return new(directive.Alias, directive);
    }

    private static Dictionary<string, Directive> IndexByName()
    {
        var index = new Dictionary<string, Directive>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, Directive directive) in Names) Invariant.Check(index.TryAdd(name, directive));
        return index;
    }
}
