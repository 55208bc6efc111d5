namespace FastShard.Engine.Geo;

/// <summary>The cells of the grid in which all points of a shape lie: the middle's and its neighbours.</summary>
internal static class GeoCover
{
    /// <summary>Cells that a shape may need.</summary>
    public const int CellsMax = 9;

    private const double MercatorMax = 20037726.37;

    /// <summary>
    /// Finds the cells, in the order in which results come that are not sorted; those that the shape does not reach are
    /// none.
    /// </summary>
    public static void Find(in GeoShape shape, Span<GeoCell> cells)
    {
        GeoBounds bounds = shape.Bounds();
        int step = StepFor(shape.ReachMeters(bounds), shape.Center.Latitude);
        GeoCell center = GeoCell.Of(shape.Center, step, GeoBounds.Mercator);
        // Near the edge of a cell its neighbours may not reach far enough.
        if (step > 1 && !Covers(center, bounds))
        {
            step--;
            center = GeoCell.Of(shape.Center, step, GeoBounds.Mercator);
        }
        cells[0] = center;
        ReadOnlySpan<(sbyte East, sbyte North)> ways =
            [(0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];
        GeoBounds area = center.Area();
        for (int index = 0; index < ways.Length; index++)
        {
            (sbyte east, sbyte north) = ways[index];
            bool isUseless = step >= 2
                && ((north < 0 && area.MinLatitude < bounds.MinLatitude)
                    || (north > 0 && area.MaxLatitude > bounds.MaxLatitude)
                    || (east < 0 && area.MinLongitude < bounds.MinLongitude)
                    || (east > 0 && area.MaxLongitude > bounds.MaxLongitude));
            cells[index + 1] = isUseless ? default : center.Neighbor(east, north);
        }
    }

    private static bool Covers(GeoCell center, in GeoBounds bounds) =>
        center.Neighbor(0, 1).Area().MaxLatitude >= bounds.MaxLatitude
        && center.Neighbor(0, -1).Area().MinLatitude <= bounds.MinLatitude
        && center.Neighbor(1, 0).Area().MaxLongitude >= bounds.MaxLongitude
        && center.Neighbor(-1, 0).Area().MinLongitude <= bounds.MinLongitude;

    /// <summary>Steps after which a cell is about as large as the reach.</summary>
    private static int StepFor(double meters, double latitude)
    {
        if (meters == 0) return GeoCell.StepMax;
        int step = 1;
        for (; meters < MercatorMax; meters *= 2) step++;
        step -= 2;
        // Towards the poles a cell covers less.
        if (Math.Abs(latitude) > 66) step--;
        if (Math.Abs(latitude) > 80) step--;
        return Math.Clamp(step, 1, GeoCell.StepMax);
    }
}
