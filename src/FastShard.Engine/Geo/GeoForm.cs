namespace FastShard.Engine.Geo;

/// <summary>Which of the search commands it is that asks.</summary>
internal enum GeoForm
{
    /// <summary>GEOSEARCH.</summary>
    Search,

    /// <summary>GEOSEARCHSTORE.</summary>
    SearchStore,

    /// <summary>GEORADIUS.</summary>
    Radius,

    /// <summary>GEORADIUS_RO.</summary>
    RadiusReadOnly,

    /// <summary>GEORADIUSBYMEMBER.</summary>
    Member,

    /// <summary>GEORADIUSBYMEMBER_RO.</summary>
    MemberReadOnly,
}
