namespace FastShard.Engine.Geo;

/// <summary>
/// A cell of the geohash grid: the bits of longitude and latitude in turn, so many steps of each. The 52 bits of 26
/// steps are the score that a sorted set keeps for a point.
/// </summary>
internal readonly record struct GeoCell(ulong Bits, int Step)
{
    public const int StepMax = 26;

    /// <summary>No cell.</summary>
    public bool IsNone => Bits == 0 && Step == 0;

    /// <summary>The lowest score of points in the cell.</summary>
    public double MinScore => Bits << (2 * (StepMax - Step));

    /// <summary>The lowest score behind the cell.</summary>
    public double EndScore => (Bits + 1) << (2 * (StepMax - Step));

    /// <summary>The cell of a point.</summary>
    public static GeoCell Of(GeoPoint point, int step, in GeoBounds bounds)
    {
        double latitude = (point.Latitude - bounds.MinLatitude) / (bounds.MaxLatitude - bounds.MinLatitude);
        double longitude = (point.Longitude - bounds.MinLongitude) / (bounds.MaxLongitude - bounds.MinLongitude);
        latitude *= 1UL << step;
        longitude *= 1UL << step;
        return new GeoCell(Spread((uint)latitude) | (Spread((uint)longitude) << 1), step);
    }

    /// <summary>The cell that a score names, whatever the score is.</summary>
    public static GeoCell OfScore(double score) =>
        new(score < 0 ? (ulong)(long)score : (ulong)score, StepMax);

    /// <summary>A point's score.</summary>
    public static double ScoreOf(GeoPoint point) => Of(point, StepMax, GeoBounds.Mercator).Bits;

    /// <summary>The point that a score stands for: the middle of its cell.</summary>
    public static GeoPoint PointOf(double score)
    {
        GeoBounds area = OfScore(score).Area();
        double longitude = (area.MinLongitude + area.MaxLongitude) / 2;
        double latitude = (area.MinLatitude + area.MaxLatitude) / 2;
        return new GeoPoint(
            Math.Clamp(longitude, -GeoPoint.LongitudeMax, GeoPoint.LongitudeMax),
            Math.Clamp(latitude, -GeoPoint.LatitudeMax, GeoPoint.LatitudeMax));
    }

    /// <summary>The rectangle of the cell.</summary>
    public GeoBounds Area()
    {
        double parts = 1UL << Step;
        uint latitude = Gather(Bits);
        uint longitude = Gather(Bits >> 1);
        const double Latitudes = GeoPoint.LatitudeMax - -GeoPoint.LatitudeMax;
        const double Longitudes = GeoPoint.LongitudeMax - -GeoPoint.LongitudeMax;
        return new GeoBounds(
            -GeoPoint.LongitudeMax + (longitude * 1.0 / parts * Longitudes),
            -GeoPoint.LatitudeMax + (latitude * 1.0 / parts * Latitudes),
            -GeoPoint.LongitudeMax + (unchecked(longitude + 1) * 1.0 / parts * Longitudes),
            -GeoPoint.LatitudeMax + (unchecked(latitude + 1) * 1.0 / parts * Latitudes));
    }

    /// <summary>The cell so many columns east and rows north, around the grid's edges.</summary>
    public GeoCell Neighbor(int east, int north)
    {
        uint mask = (uint)((1UL << Step) - 1);
        uint longitude = (Gather(Bits >> 1) + (uint)east) & mask;
        uint latitude = (Gather(Bits) + (uint)north) & mask;
        return new GeoCell(Spread(latitude) | (Spread(longitude) << 1), Step);
    }

    /// <summary>Puts a zero behind each bit.</summary>
    private static ulong Spread(uint value)
    {
        ulong bits = value;
        bits = (bits | (bits << 16)) & 0x0000FFFF0000FFFF;
        bits = (bits | (bits << 8)) & 0x00FF00FF00FF00FF;
        bits = (bits | (bits << 4)) & 0x0F0F0F0F0F0F0F0F;
        bits = (bits | (bits << 2)) & 0x3333333333333333;
        return (bits | (bits << 1)) & 0x5555555555555555;
    }

    /// <summary>Every second bit.</summary>
    private static uint Gather(ulong bits)
    {
        bits &= 0x5555555555555555;
        bits = (bits | (bits >> 1)) & 0x3333333333333333;
        bits = (bits | (bits >> 2)) & 0x0F0F0F0F0F0F0F0F;
        bits = (bits | (bits >> 4)) & 0x00FF00FF00FF00FF;
        bits = (bits | (bits >> 8)) & 0x0000FFFF0000FFFF;
        return (uint)(bits | (bits >> 16));
    }
}
