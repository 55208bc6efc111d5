namespace FastShard.Engine.Commands;

/// <summary>Category names as Redis spells them (without the @).</summary>
public static class AclCategoryNames
{
    private static readonly string[] Names =
    [
        "keyspace", "read", "write", "set", "sortedset", "list", "hash", "string", "bitmap", "hyperloglog", "geo",
        "stream", "pubsub", "admin", "fast", "slow", "blocking", "dangerous", "connection", "transaction", "scripting",
    ];

    /// <summary>All names in Redis's order.</summary>
    public static IReadOnlyList<string> All => Names;

    /// <summary>The names of the categories that are set.</summary>
    public static IEnumerable<string> Of(AclCategories categories)
    {
        for (int index = 0; index < Names.Length; index++)
        {
            if (((int)categories & (1 << index)) != 0) yield return Names[index];
        }
    }

    /// <summary>Finds a category by its name, in any case.</summary>
    public static bool TryParse(string name, out AclCategories category)
    {
        int index = Array.FindIndex(Names, candidate => candidate.Equals(name, StringComparison.OrdinalIgnoreCase));
        category = index < 0 ? AclCategories.None : (AclCategories)(1 << index);
        return index >= 0;
    }
}
