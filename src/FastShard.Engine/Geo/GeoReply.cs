using System.Globalization;
using FastShard.Protocol;

namespace FastShard.Engine.Geo;

/// <summary>Coordinates and distances as Redis writes them.</summary>
internal static class GeoReply
{
    // The digits of the largest double and 17 behind the point.
    private const int TextBytes = 350;

    /// <summary>A distance with four digits behind the point, a string in RESP3 too.</summary>
    public static void Distance(ref ReplyWriter reply, double distance)
    {
        Span<byte> text = stackalloc byte[TextBytes];
        distance.TryFormat(text, out int length, "F4", CultureInfo.InvariantCulture);
        reply.Bulk(text[..length]);
    }

    /// <summary>Longitude and latitude.</summary>
    public static void Point(ref ReplyWriter reply, GeoPoint point)
    {
        reply.Array(2);
        Coordinate(ref reply, point.Longitude);
        Coordinate(ref reply, point.Latitude);
    }

    private static void Coordinate(ref ReplyWriter reply, double value)
    {
        Span<byte> text = stackalloc byte[TextBytes];
        value.TryFormat(text, out int length, "F17", CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> trimmed = text[..length].TrimEnd((byte)'0').TrimEnd((byte)'.');
        reply.DoubleText(trimmed.SequenceEqual("-0"u8) ? "0"u8 : trimmed);
    }
}
