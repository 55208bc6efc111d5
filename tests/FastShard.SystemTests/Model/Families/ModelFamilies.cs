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
    ];

    /// <summary>Commands that touch keys of everybody.</summary>
    public static readonly ModelCommand[] OnDatabases = DatabaseRows.All;

    public static readonly Dictionary<string, ModelCommand> ByName =
        OnKeys.Concat(OnDatabases).DistinctBy(static command => command.Name)
            .ToDictionary(static command => command.Name);
}
