namespace FastShard.Engine.Geo;

/// <summary>A place on earth in degrees.</summary>
internal readonly record struct GeoPoint(double Longitude, double Latitude)
{
    public const double LongitudeMax = 180;

    /// <summary>Places nearer to the poles cannot be kept: the edge of the square Mercator map.</summary>
    public const double LatitudeMax = 85.05112878;

    private const double EarthRadiusMeters = 6372797.560856;
    private const double RadiansOfDegree = Math.PI / 180;

    /// <summary>Whether the point can be kept.</summary>
    public bool IsValid =>
        Longitude >= -LongitudeMax && Longitude <= LongitudeMax && Latitude >= -LatitudeMax && Latitude <= LatitudeMax;

    /// <summary>Meters along the great circle, by the haversine formula.</summary>
    public double DistanceTo(GeoPoint other)
    {
        double v = Math.Sin((Radians(other.Longitude) - Radians(Longitude)) / 2);
        if (v == 0) return LatitudeDistance(Latitude, other.Latitude);
        double latitude = Radians(Latitude);
        double otherLatitude = Radians(other.Latitude);
        double u = Math.Sin((otherLatitude - latitude) / 2);
        double a = (u * u) + (Math.Cos(latitude) * Math.Cos(otherLatitude) * v * v);
        return 2.0 * EarthRadiusMeters * Math.Asin(Math.Sqrt(a));
    }

    /// <summary>Meters between two latitudes.</summary>
    public static double LatitudeDistance(double from, double to) =>
        EarthRadiusMeters * Math.Abs(Radians(to) - Radians(from));

    /// <summary>Degrees that a distance on a great circle is.</summary>
    public static double DegreesOf(double meters) => meters / EarthRadiusMeters / RadiansOfDegree;

    public static double Radians(double degrees) => degrees * RadiansOfDegree;

    public static double Degrees(double radians) => radians / RadiansOfDegree;
}
