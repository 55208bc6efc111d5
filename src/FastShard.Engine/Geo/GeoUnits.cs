using System.Globalization;
using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.Geo;

/// <summary>Reads coordinates, lengths and units from arguments; on failure the reply is written.</summary>
internal static class GeoUnits
{
    /// <summary>A longitude and a latitude.</summary>
    public static bool TryReadPoint(ref CommandContext context, int index, out GeoPoint point)
    {
        point = default;
        if (!Numbers.TryParseDouble(context.Arg(index), out double longitude)
            || !Numbers.TryParseDouble(context.Arg(index + 1), out double latitude))
        {
            context.Reply.Error(Errors.NotAFloat);
            return false;
        }
        point = new GeoPoint(longitude, latitude);
        if (point.IsValid) return true;
        context.Reply.Error($"ERR invalid longitude,latitude pair {SixPlaces(longitude)},{SixPlaces(latitude)}");
        return false;
    }

    private static string SixPlaces(double value) =>
        double.IsInfinity(value) ? (value < 0 ? "-inf" : "inf") : value.ToString("F6", CultureInfo.InvariantCulture);

    /// <summary>A radius and its unit.</summary>
    public static bool TryReadRadius(ref CommandContext context, int index, ref GeoShape shape)
    {
        if (!TryReadLength(ref context, index, "ERR need numeric radius"u8, out double radius)) return false;
        if (radius < 0)
        {
            context.Reply.Error("ERR radius cannot be negative"u8);
            return false;
        }
        shape.Kind = GeoShapeKind.Circle;
        shape.Radius = radius;
        return TryReadUnit(ref context, index + 1, out shape.UnitMeters);
    }

    /// <summary>A width, a height and their unit.</summary>
    public static bool TryReadBox(ref CommandContext context, int index, ref GeoShape shape)
    {
        if (!TryReadLength(ref context, index, "ERR need numeric width"u8, out double width)) return false;
        if (!TryReadLength(ref context, index + 1, "ERR need numeric height"u8, out double height)) return false;
        if (width < 0 || height < 0)
        {
            context.Reply.Error("ERR height or width cannot be negative"u8);
            return false;
        }
        shape.Kind = GeoShapeKind.Box;
        shape.Width = width;
        shape.Height = height;
        return TryReadUnit(ref context, index + 2, out shape.UnitMeters);
    }

    /// <summary>The meters of a unit.</summary>
    public static bool TryReadUnit(ref CommandContext context, int index, out double meters)
    {
        meters = 1;
        if (context.ArgIs(index, "M"u8)) return true;
        if (context.ArgIs(index, "KM"u8)) meters = 1000;
        else if (context.ArgIs(index, "FT"u8)) meters = 0.3048;
        else if (context.ArgIs(index, "MI"u8)) meters = 1609.34;
        else
        {
            context.Reply.Error("ERR unsupported unit provided. please use M, KM, FT, MI"u8);
            return false;
        }
        return true;
    }

    private static bool TryReadLength(
        ref CommandContext context, int index, ReadOnlySpan<byte> error, out double length)
    {
        if (Numbers.TryParseDouble(context.Arg(index), out length)) return true;
        context.Reply.Error(error);
        return false;
    }
}
