using System.Buffers;

namespace FastShard.Engine.Geo;

/// <summary>What a search looks inside of: a circle, a box along the meridians, or a polygon of degrees.</summary>
internal struct GeoShape
{
    /// <summary>Which shape.</summary>
    public GeoShapeKind Kind;

    /// <summary>The middle; a polygon's is computed.</summary>
    public GeoPoint Center;

    /// <summary>Meters of the unit that lengths are given and replied in.</summary>
    public double UnitMeters;

    /// <summary>Radius of a circle, in units.</summary>
    public double Radius;

    /// <summary>Size of a box, in units.</summary>
    public double Width;
    public double Height;

    private GeoPoint[]? _vertices;
    private int _vertexCount;

    /// <summary>Takes the corners of a polygon, in rented memory that <see cref="Free"/> gives back.</summary>
    public void SetPolygon(GeoPoint[] vertices, int count)
    {
        Kind = GeoShapeKind.Polygon;
        UnitMeters = 1;
        _vertices = vertices;
        _vertexCount = count;
        Center = Centroid(vertices.AsSpan(0, count));
    }

    /// <summary>Gives memory back.</summary>
    public void Free()
    {
        if (_vertices is not null) ArrayPool<GeoPoint>.Shared.Return(_vertices);
        _vertices = null;
    }

    /// <summary>Meters from the middle that the shape reaches.</summary>
    public readonly double ReachMeters(in GeoBounds bounds)
    {
        switch (Kind)
        {
            case GeoShapeKind.Circle: return Radius * UnitMeters;
            case GeoShapeKind.Box:
                return Math.Sqrt((Width / 2 * (Width / 2)) + (Height / 2 * (Height / 2))) * UnitMeters;
            default:
                double west = Math.Max(
                    Center.DistanceTo(new GeoPoint(bounds.MinLongitude, bounds.MinLatitude)),
                    Center.DistanceTo(new GeoPoint(bounds.MinLongitude, bounds.MaxLatitude)));
                double east = Math.Max(
                    Center.DistanceTo(new GeoPoint(bounds.MaxLongitude, bounds.MinLatitude)),
                    Center.DistanceTo(new GeoPoint(bounds.MaxLongitude, bounds.MaxLatitude)));
                return Math.Max(west, east);
        }
    }

    /// <summary>The rectangle around the shape; of a circle and a box it is the one on the poleward side.</summary>
    public readonly GeoBounds Bounds()
    {
        if (Kind == GeoShapeKind.Polygon) return PolygonBounds();
        double height = UnitMeters * (Kind == GeoShapeKind.Circle ? Radius : Height / 2);
        double width = UnitMeters * (Kind == GeoShapeKind.Circle ? Radius : Width / 2);
        double latitudes = GeoPoint.DegreesOf(height);
        // Meridians come closer towards the pole of the hemisphere.
        double poleward = Center.Latitude < 0 ? Center.Latitude - latitudes : Center.Latitude + latitudes;
        double longitudes = GeoPoint.DegreesOf(width / Math.Cos(GeoPoint.Radians(poleward)));
        return new GeoBounds(
            Center.Longitude - longitudes, Center.Latitude - latitudes, Center.Longitude + longitudes,
            Center.Latitude + latitudes);
    }

    /// <summary>Whether a point lies inside; then also how far from the middle, in meters.</summary>
    public readonly bool Contains(GeoPoint point, out double distance)
    {
        distance = 0;
        switch (Kind)
        {
            case GeoShapeKind.Circle:
                distance = Center.DistanceTo(point);
                return distance <= Radius * UnitMeters;
            case GeoShapeKind.Box:
                if (GeoPoint.LatitudeDistance(point.Latitude, Center.Latitude) > Height * UnitMeters / 2) return false;
                GeoPoint sameLatitude = new(Center.Longitude, point.Latitude);
                if (point.DistanceTo(sameLatitude) > Width * UnitMeters / 2) return false;
                break;
            default:
                if (!IsInPolygon(point)) return false;
                break;
        }
        distance = Center.DistanceTo(point);
        return true;
    }

    /// <summary>
    /// A ray from the point crosses the sides of a polygon an odd number of times if it begins inside.
    /// </summary>
    private readonly bool IsInPolygon(GeoPoint point)
    {
        bool isInside = false;
        GeoPoint from = _vertices![_vertexCount - 1];
        for (int index = 0; index < _vertexCount; index++)
        {
            GeoPoint to = _vertices[index];
            if ((to.Latitude > point.Latitude) != (from.Latitude > point.Latitude))
            {
                double share = (point.Latitude - to.Latitude) / (from.Latitude - to.Latitude);
                if (point.Longitude < ((from.Longitude - to.Longitude) * share) + to.Longitude) isInside = !isInside;
            }
            from = to;
        }
        return isInside;
    }

    private readonly GeoBounds PolygonBounds()
    {
        GeoPoint first = _vertices![0];
        (double west, double south, double east, double north) =
            (first.Longitude, first.Latitude, first.Longitude, first.Latitude);
        for (int index = 1; index < _vertexCount; index++)
        {
            west = Math.Min(west, _vertices[index].Longitude);
            east = Math.Max(east, _vertices[index].Longitude);
            south = Math.Min(south, _vertices[index].Latitude);
            north = Math.Max(north, _vertices[index].Latitude);
        }
        return new GeoBounds(west, south, east, north);
    }

    /// <summary>The mean of points on the sphere.</summary>
    private static GeoPoint Centroid(ReadOnlySpan<GeoPoint> points)
    {
        (double x, double y, double z) = (0, 0, 0);
        foreach (GeoPoint point in points)
        {
            double latitude = GeoPoint.Radians(point.Latitude);
            double longitude = GeoPoint.Radians(point.Longitude);
            x += Math.Cos(latitude) * Math.Cos(longitude);
            y += Math.Cos(latitude) * Math.Sin(longitude);
            z += Math.Sin(latitude);
        }
        return new GeoPoint(
            GeoPoint.Degrees(Math.Atan2(y, x)), GeoPoint.Degrees(Math.Atan2(z, Math.Sqrt((x * x) + (y * y)))));
    }
}
