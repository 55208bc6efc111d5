namespace FastShard.Engine.Geo;

/// <summary>What a search looks inside of.</summary>
internal enum GeoShapeKind
{
    Unsaid,
    Circle,
    Box,
    Polygon,
}
