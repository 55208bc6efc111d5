using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.SortedSets;

namespace FastShard.Engine.Geo;

/// <summary>Commands that find points near others: GEOSEARCH, GEOSEARCHSTORE, GEORADIUS and its kin.</summary>
public static class GeoSearchCommands
{
    private const KeyAccess Reads = KeyAccess.ReadOnly | KeyAccess.Access;
    private const KeyAccess Stores = KeyAccess.Overwrite | KeyAccess.Update;
    private const string SearchComplexity =
        "O(N+log(M)) for N members in the cells around the shape and M inside of it.";

    private const string From = "(FROMMEMBER member | FROMLONLAT longitude:double latitude:double)";
    private const string By = " (BYRADIUS radius:double (M | KM | FT | MI)"
        + " | BYBOX width:double height:double (M | KM | FT | MI)"
        + " | BYPOLYGON num-vertices:integer longitude:double latitude:double [longitude:double latitude:double ...])";

    private const string Order = " [ASC | DESC] [COUNT count:integer [ANY]]";
    private const string With = " [WITHCOORD] [WITHDIST] [WITHHASH]";
    private const string CountAndOrder = " [COUNT count:integer [ANY]] [ASC | DESC]";
    private const string Store = " [STORE storekey:key | STOREDIST storedistkey:key]";
    private const string Circle = " radius:double (M | KM | FT | MI)";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("GEOSEARCH", -7, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Run(ref context, GeoForm.Search))
        {
            Group = CommandGroup.Geo,
            Since = "6.2.0",
            Complexity = SearchComplexity,
            Summary = "Returns the members inside of a circle, a box or a polygon.",
            Syntax = "key " + From + By + Order + With,
            Keys = [KeySpec.At(1, Reads)],
        },
        new("GEOSEARCHSTORE", -8, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Run(ref context, GeoForm.SearchStore))
        {
            Group = CommandGroup.Geo,
            Since = "6.2.0",
            Complexity = SearchComplexity,
            Summary = "Stores the members inside of a circle, a box or a polygon in another key.",
            Syntax = "destination source " + From + By + Order + " [STOREDIST]",
            Keys = [KeySpec.At(1, Stores), KeySpec.At(2, Reads)],
        },
        new("GEORADIUS", -6, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Run(ref context, GeoForm.Radius))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.0",
            Complexity = SearchComplexity,
            Summary = "Returns or stores the members around a point; the old form of GEOSEARCH.",
            Syntax = "key longitude:double latitude:double" + Circle + With + CountAndOrder + Store,
            Keys =
            [
                KeySpec.At(1, Reads),
                KeySpec.After("STORE", 6, 0, 1, 0, Stores),
                KeySpec.After("STOREDIST", 6, 0, 1, 0, Stores),
            ],
            FindKeys = FindKeys,
        },
        new("GEORADIUSBYMEMBER", -5, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Run(ref context, GeoForm.Member))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.0",
            Complexity = SearchComplexity,
            Summary = "Returns or stores the members around a member; the old form of GEOSEARCH.",
            Syntax = "key member" + Circle + With + CountAndOrder + Store,
            Keys =
            [
                KeySpec.At(1, Reads),
                KeySpec.After("STORE", 5, 0, 1, 0, Stores),
                KeySpec.After("STOREDIST", 5, 0, 1, 0, Stores),
            ],
            FindKeys = FindKeys,
        },
        new("GEORADIUS_RO", -6, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Run(ref context, GeoForm.RadiusReadOnly))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.10",
            Complexity = SearchComplexity,
            Summary = "Returns the members around a point; GEORADIUS that cannot store.",
            Syntax = "key longitude:double latitude:double" + Circle + With + CountAndOrder,
            Keys = [KeySpec.At(1, Reads)],
        },
        new("GEORADIUSBYMEMBER_RO", -5, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Run(ref context, GeoForm.MemberReadOnly))
        {
            Group = CommandGroup.Geo,
            Since = "3.2.10",
            Complexity = SearchComplexity,
            Summary = "Returns the members around a member; GEORADIUSBYMEMBER that cannot store.",
            Syntax = "key member" + Circle + With + CountAndOrder,
            Keys = [KeySpec.At(1, Reads)],
        },
    ];

    /// <summary>The searched key, and the last of those to store to.</summary>
    private static bool FindKeys(in ArgumentView arguments, KeyPositions positions)
    {
        if (arguments.Count < 2) return false;
        positions.Add(1, Reads);
        int store = 0;
        for (int index = 5; index + 1 < arguments.Count; index++)
        {
            if (!System.Text.Ascii.EqualsIgnoreCase(arguments[index], "STORE"u8)
                && !System.Text.Ascii.EqualsIgnoreCase(arguments[index], "STOREDIST"u8)) continue;
            store = ++index;
        }
        if (store > 0) positions.Add(store, Stores);
        return true;
    }

    private static void Run(ref CommandContext context, GeoForm form)
    {
        Lookup lookup = SortedSetValue.Read(
            context.Key(form == GeoForm.SearchStore ? 2 : 1), out SortedSetValue value);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        GeoQuery query = default;
        if (query.TryParse(ref context, form, lookup == Lookup.Found, value))
        {
            using GeoMatches matches = new();
            if (lookup == Lookup.Found) Search(ref query, value, matches);
            if (query.StoreKey > 0) StoreMatches(ref context, form, query, matches);
            else ReplyMatches(ref context, query, matches);
        }
        query.Shape.Free();
    }

    private static void Search(ref GeoQuery query, in SortedSetValue value, GeoMatches matches)
    {
        // The nearest are meant where nobody says which.
        if (query.Count > 0 && !query.IsSorted && !query.Any) query.IsSorted = true;
        matches.Gather(value, query.Shape, query.Any ? query.Count : 0);
        if (query.IsSorted) matches.Sort(query.IsDescending);
    }

    private static int Returned(in GeoQuery query, GeoMatches matches) =>
        query.Count == 0 ? matches.Count : (int)Math.Min(query.Count, matches.Count);

    private static void ReplyMatches(ref CommandContext context, in GeoQuery query, GeoMatches matches)
    {
        int returned = Returned(query, matches);
        int options = (query.WithDistance ? 1 : 0) + (query.WithHash ? 1 : 0) + (query.WithPoint ? 1 : 0);
        context.Reply.Array(returned);
        for (int index = 0; index < returned; index++)
        {
            if (options > 0) context.Reply.Array(options + 1);
            context.Reply.Bulk(matches.Member(index));
            if (query.WithDistance)
                GeoReply.Distance(ref context.Reply, matches.Distance(index) / query.Shape.UnitMeters);
            double score = matches.Score(index);
            if (query.WithHash) context.Reply.Integer((long)score);
            if (query.WithPoint) GeoReply.Point(ref context.Reply, GeoCell.PointOf(score));
        }
    }

    private static void StoreMatches(
        ref CommandContext context, GeoForm form, in GeoQuery query, GeoMatches matches)
    {
        int returned = Returned(query, matches);
        using MemberList members = new();
        for (int index = 0; index < returned; index++)
        {
            double distance = matches.Distance(index) / query.Shape.UnitMeters;
            members.Add(matches.Member(index), query.StoresDistance ? distance : matches.Score(index));
        }
        members.Sort();
        KeyEvent change = form == GeoForm.SearchStore ? KeyEvent.GeoSearchStore : KeyEvent.GeoRadiusStore;
        SortedSetStore.Replace(ref context, query.StoreKey, members, change);
        context.Reply.Integer(returned);
    }
}
