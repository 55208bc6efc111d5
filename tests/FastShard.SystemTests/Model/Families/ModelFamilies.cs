using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Model.Families;

/// <summary>The commands that the model knows. A family is one list; a list goes in here.</summary>
internal static class ModelFamilies
{
    /// <summary>Commands about keys: connections that keep to their own keys do not see each other's.</summary>
    public static readonly ModelCommand[] OnKeys =
    [
        .. StringRows.All,
        .. StringRows.All, // twice: they are what most keys should be
        .. BitmapRows.All,
        .. KeyRows.All,
        .. ListRows.All,
        .. HashRows.All,
        .. SetRows.All,
        .. SortedSetRows.All,
        .. HashExpiryRows.All,
        .. GeoRows.All,
        .. HyperLogLogRows.All,
        .. StreamRows.All,
        .. StreamGroupRows.All,
    ];

    /// <summary>Commands that touch keys of everybody.</summary>
    public static readonly ModelCommand[] OnDatabases = DatabaseRows.All;

    /// <summary>Those of a list that the server has.</summary>
    public static ModelCommand[] KnownTo(FastShardServer server, ModelCommand[] commands)
    {
        using RespClient client = server.Connect();
        IReadOnlyList<RespValue> names = client.Run("COMMAND", "LIST").Elements!;
        HashSet<string> known = [.. names.Select(static name => name.Text!.ToUpperInvariant())];
        return Array.FindAll(commands, command => known.Contains(command.Name));
    }

    public static readonly Dictionary<string, ModelCommand> ByName =
        OnKeys.Concat(OnDatabases).DistinctBy(static command => command.Name)
            .ToDictionary(static command => command.Name);
}
