namespace FastShard.Engine.Geo;

/// <summary>A rectangle of longitudes and latitudes in degrees.</summary>
internal readonly record struct GeoBounds(
    double MinLongitude, double MinLatitude, double MaxLongitude, double MaxLatitude)
{
    /// <summary>What scores of sorted sets can express.</summary>
    public static readonly GeoBounds Mercator = new(
        -GeoPoint.LongitudeMax, -GeoPoint.LatitudeMax, GeoPoint.LongitudeMax, GeoPoint.LatitudeMax);

    /// <summary>The whole earth: what geohashes as text refer to.</summary>
    public static readonly GeoBounds Earth = new(-180, -90, 180, 90);
}
