using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.SortedSets;

namespace FastShard.Engine.Geo;

/// <summary>Commands that keep points and tell of them: GEOADD, GEODIST, GEOHASH, GEOPOS.</summary>
public static class GeoCommands
{
    private const KeyAccess Reads = KeyAccess.ReadOnly | KeyAccess.Access;
    private const int HashLetters = 11;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("GEOADD", -5, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Add(ref context))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.0",
            Complexity = "O(log(N)) for each member, where N is the number of members of the sorted set.",
            Summary = "Adds places to a sorted set, with scores that stand for their coordinates.",
            Syntax = "key [NX | XX] [CH] longitude:double latitude:double member"
                + " [longitude:double latitude:double member ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("GEODIST", -4, CommandFlags.ReadOnly, static (ref CommandContext context) => Distance(ref context))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.0",
            Complexity = "O(1)",
            Summary = "Returns the distance between two members.",
            Syntax = "key member1 member2 [M | KM | FT | MI]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("GEOHASH", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => Hash(ref context))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.0",
            Complexity = "O(1) for each member.",
            Summary = "Returns the places of members as geohash strings.",
            Syntax = "key [member [member ...]]",
            Keys = [KeySpec.At(1, Reads)],
        },
        new("GEOPOS", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => Position(ref context))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.0",
            Complexity = "O(1) for each member.",
            Summary = "Returns the longitudes and latitudes of members.",
            Syntax = "key [member [member ...]]",
            Keys = [KeySpec.At(1, Reads)],
        },
    ];

    private static ReadOnlySpan<byte> Letters => "0123456789bcdefghjkmnpqrstuvwxyz"u8;

    private static void Add(ref CommandContext context)
    {
        AddOptions options = default;
        int first = 2;
        for (; first < context.ArgCount; first++)
        {
            if (context.ArgIs(first, "NX"u8)) options.OnlyNew = true;
            else if (context.ArgIs(first, "XX"u8)) options.OnlyExisting = true;
            else if (context.ArgIs(first, "CH"u8)) options.CountsChanged = true;
            else break;
        }
        int arguments = context.ArgCount - first;
        if (arguments == 0 || arguments % 3 != 0 || (options.OnlyNew && options.OnlyExisting))
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        // All places are read before the first one is kept.
        for (int index = first; index < context.ArgCount; index += 3)
        {
            if (!GeoUnits.TryReadPoint(ref context, index, out _)) return;
        }
        if (!MemberAdder.TryBegin(ref context, options, arguments / 3, out MemberAdder adder)) return;
        for (int index = first; index < context.ArgCount; index += 3)
        {
            GeoUnits.TryReadPoint(ref context, index, out GeoPoint point);
            double score = GeoCell.ScoreOf(point);
            adder.Add(context.Arg(index + 2), ref score);
        }
        adder.End(KeyEvent.ZAdd);
        context.Reply.Integer(options.CountsChanged ? adder.Added + adder.Updated : adder.Added);
    }

    private static void Distance(ref CommandContext context)
    {
        double meters = 1;
        if (context.ArgCount > 5)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (context.ArgCount == 5 && !GeoUnits.TryReadUnit(ref context, 4, out meters)) return;
        Lookup lookup = SortedSetValue.Read(context.Key(1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        FoundMember from = lookup == Lookup.Found ? value.Find(context.Arg(2)) : default;
        FoundMember to = from.Exists ? value.Find(context.Arg(3)) : default;
        if (to.Exists)
        {
            double distance = GeoCell.PointOf(from.Score).DistanceTo(GeoCell.PointOf(to.Score));
            GeoReply.Distance(ref context.Reply, distance / meters);
        }
        else
        {
            context.Reply.Null();
        }
    }

    private static void Hash(ref CommandContext context)
    {
        Lookup lookup = SortedSetValue.Read(context.Key(1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        context.Reply.Array(context.ArgCount - 2);
        Span<byte> text = stackalloc byte[HashLetters];
        for (int index = 2; index < context.ArgCount; index++)
        {
            FoundMember found = lookup == Lookup.Found ? value.Find(context.Arg(index)) : default;
            if (!found.Exists)
            {
                context.Reply.Null();
                continue;
            }
            // As text a geohash refers to all latitudes, which scores do not.
            GeoCell cell = GeoCell.Of(GeoCell.PointOf(found.Score), GeoCell.StepMax, GeoBounds.Earth);
            for (int letter = 0; letter < HashLetters - 1; letter++)
                text[letter] = Letters[(int)(cell.Bits >> (52 - ((letter + 1) * 5))) & 31];
            // 52 bits are ten letters and a rest that was never told.
            text[HashLetters - 1] = (byte)'0';
            context.Reply.Bulk(text);
        }
    }

    private static void Position(ref CommandContext context)
    {
        Lookup lookup = SortedSetValue.Read(context.Key(1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        context.Reply.Array(context.ArgCount - 2);
        for (int index = 2; index < context.ArgCount; index++)
        {
            FoundMember found = lookup == Lookup.Found ? value.Find(context.Arg(index)) : default;
            if (found.Exists) GeoReply.Point(ref context.Reply, GeoCell.PointOf(found.Score));
            else context.Reply.NullArray();
        }
    }
}
