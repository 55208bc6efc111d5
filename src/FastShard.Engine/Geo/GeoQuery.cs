using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.SortedSets;
using FastShard.Protocol;

namespace FastShard.Engine.Geo;

/// <summary>What a search command asks for.</summary>
internal struct GeoQuery
{
    public GeoShape Shape;
    public bool WithDistance;
    public bool WithHash;
    public bool WithPoint;
    public bool IsSorted;
    public bool IsDescending;
    public long Count;
    public bool Any;

    /// <summary>Argument index of the key to store to; 0 = none.</summary>
    public int StoreKey;
    public bool StoresDistance;

    private GeoForm _form;
    private bool _hasCenter;
    private bool _hasMember;

    private readonly bool IsSearch => _form is GeoForm.Search or GeoForm.SearchStore;

    private readonly bool MayNameStore => _form is GeoForm.Radius or GeoForm.Member;

    private readonly bool HasShape => Shape.Kind != GeoShapeKind.Unsaid;

    /// <summary>
    /// Reads all arguments; on failure the reply is written. Where the searched key is missing a member's place is not
    /// known and nothing will be found.
    /// </summary>
    public bool TryParse(ref CommandContext context, GeoForm form, bool hasValue, scoped in SortedSetValue value)
    {
        _form = form;
        int index = form switch { GeoForm.Search => 2, GeoForm.Member or GeoForm.MemberReadOnly => 5, _ => 3 };
        if (form is GeoForm.Radius or GeoForm.RadiusReadOnly)
        {
            index = 6;
            if (!GeoUnits.TryReadPoint(ref context, 2, out Shape.Center)) return false;
            if (!GeoUnits.TryReadRadius(ref context, 4, ref Shape)) return false;
        }
        else if (index == 5 && hasValue)
        {
            if (!TryFindMember(ref context, 2, value)) return false;
            if (!GeoUnits.TryReadRadius(ref context, 3, ref Shape)) return false;
        }
        if (form == GeoForm.SearchStore) StoreKey = 1;
        while (index < context.ArgCount)
        {
            int taken = ReadOption(ref context, index);
            if (taken == 0 && IsSearch) taken = ReadShape(ref context, index, hasValue, value);
            if (taken == 0) context.Reply.Error(Errors.Syntax);
            if (taken <= 0) return false;
            index += taken;
        }
        return Check(ref context);
    }

    /// <summary>Arguments that an option takes; 0 if it is none, -1 if the reply is written.</summary>
    private int ReadOption(ref CommandContext context, int index)
    {
        bool hasNext = index + 1 < context.ArgCount;
        if (context.ArgIs(index, "WITHDIST"u8)) WithDistance = true;
        else if (context.ArgIs(index, "WITHHASH"u8)) WithHash = true;
        else if (context.ArgIs(index, "WITHCOORD"u8)) WithPoint = true;
        else if (context.ArgIs(index, "ANY"u8)) Any = true;
        else if (context.ArgIs(index, "ASC"u8)) (IsSorted, IsDescending) = (true, false);
        else if (context.ArgIs(index, "DESC"u8)) (IsSorted, IsDescending) = (true, true);
        else if (_form == GeoForm.SearchStore && context.ArgIs(index, "STOREDIST"u8)) StoresDistance = true;
        else if (hasNext && context.ArgIs(index, "COUNT"u8)) return TryReadCount(ref context, index + 1) ? 2 : -1;
        else if (hasNext && MayNameStore && context.ArgIs(index, "STORE"u8))
        {
            (StoreKey, StoresDistance) = (index + 1, false);
            return 2;
        }
        else if (hasNext && MayNameStore && context.ArgIs(index, "STOREDIST"u8))
        {
            (StoreKey, StoresDistance) = (index + 1, true);
            return 2;
        }
        else return 0;
        return 1;
    }

    private int ReadShape(ref CommandContext context, int index, bool hasValue, scoped in SortedSetValue value)
    {
        int behind = context.ArgCount - index - 1;
        bool isPolygon = Shape.Kind == GeoShapeKind.Polygon;
        if (behind >= 1 && !_hasCenter && !isPolygon && context.ArgIs(index, "FROMMEMBER"u8))
        {
            _hasMember = true;
            return !hasValue || TryFindMember(ref context, index + 1, value) ? 2 : -1;
        }
        if (behind >= 2 && !_hasMember && !isPolygon && context.ArgIs(index, "FROMLONLAT"u8))
        {
            _hasCenter = true;
            return GeoUnits.TryReadPoint(ref context, index + 1, out Shape.Center) ? 3 : -1;
        }
        bool mayBeCircle = Shape.Kind is GeoShapeKind.Unsaid or GeoShapeKind.Circle;
        if (behind >= 2 && mayBeCircle && context.ArgIs(index, "BYRADIUS"u8))
            return GeoUnits.TryReadRadius(ref context, index + 1, ref Shape) ? 3 : -1;
        bool mayBeBox = Shape.Kind is GeoShapeKind.Unsaid or GeoShapeKind.Box;
        if (behind >= 3 && mayBeBox && context.ArgIs(index, "BYBOX"u8))
            return GeoUnits.TryReadBox(ref context, index + 1, ref Shape) ? 4 : -1;
        bool mayBePolygon = !HasShape && !_hasCenter && !_hasMember;
        if (behind >= 2 && mayBePolygon && context.ArgIs(index, "BYPOLYGON"u8))
            return ReadPolygon(ref context, index + 1);
        return 0;
    }

    private int ReadPolygon(ref CommandContext context, int index)
    {
        if (!Numbers.TryParseInt64(context.Arg(index), out long count) || count > int.MaxValue || count < int.MinValue)
        {
            context.Reply.Error("ERR invalid number of vertices"u8);
            return -1;
        }
        if (count < 3 || count > (context.ArgCount - index - 1) / 2)
        {
            context.Reply.Error("ERR GEOSEARCH BYPOLYGON must have at least 3 vertices"u8);
            return -1;
        }
        GeoPoint[] vertices = ArrayPool<GeoPoint>.Shared.Rent((int)count);
        for (int vertex = 0; vertex < count; vertex++)
        {
            if (GeoUnits.TryReadPoint(ref context, index + 1 + (vertex * 2), out vertices[vertex])) continue;
            ArrayPool<GeoPoint>.Shared.Return(vertices);
            return -1;
        }
        Shape.SetPolygon(vertices, (int)count);
        return 2 + ((int)count * 2);
    }

    private bool TryFindMember(ref CommandContext context, int index, scoped in SortedSetValue value)
    {
        FoundMember found = value.Find(context.Arg(index));
        if (found.Exists)
        {
            Shape.Center = GeoCell.PointOf(found.Score);
            return true;
        }
        context.Reply.Error("ERR could not decode requested zset member"u8);
        return false;
    }

    private bool TryReadCount(ref CommandContext context, int index)
    {
        if (!context.TryGetInteger(index, out Count)) return false;
        if (Count > 0) return true;
        context.Reply.Error("ERR COUNT must be > 0"u8);
        return false;
    }

    private readonly bool Check(ref CommandContext context)
    {
        string? error = null;
        bool isPolygon = Shape.Kind == GeoShapeKind.Polygon;
        if (StoreKey > 0 && (WithDistance || WithHash || WithPoint))
        {
            string what = _form == GeoForm.SearchStore ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS";
            error = $"ERR {what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options";
        }
        else if (IsSearch && !_hasCenter && !_hasMember && !isPolygon)
        {
            error = $"ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {Name(ref context)}";
        }
        else if (IsSearch && !HasShape)
        {
            error = $"ERR exactly one of BYRADIUS and BYBOX can be specified for {Name(ref context)}";
        }
        else if (Any && Count == 0)
        {
            error = "ERR the ANY argument requires COUNT argument";
        }
        if (error is null) return true;
        context.Reply.Error(error);
        return false;
    }

    private static string Name(ref CommandContext context) =>
        System.Text.Encoding.Latin1.GetString(context.Arg(0));
}
