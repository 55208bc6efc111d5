using System.Globalization;
using System.Text;

namespace FastShard.SystemTests.Model.Families;

/// <summary>Places on the earth, in sorted sets of their own.</summary>
internal static class GeoRows
{
    private const string Family = "geo";
    private const string HashLetters = "0123456789bcdefghjkmnpqrstuvwxyz";
    private const double LatitudeMax = 85.05112878;
    private const double EarthMeters = 6372797.560856;

    public static readonly ModelCommand[] All =
    [
        new("GEOADD", static draw =>
            [
                Key(draw), .. draw.Of<string[]>([], ["NX"], ["XX"], ["CH"]),
                .. draw.Many(4, () => "").SelectMany(_ => new[] { Degrees(draw, 179), Degrees(draw, 84), Place(draw) }),
            ], Add),
        new("GEOPOS", static draw => [Key(draw), .. draw.Many(3, () => Place(draw))],
            static call => With(call, set => ReplyText.Array(call.Words[2..].Select(place => Position(set, place)))),
            IsRead: true),
        new("GEOHASH", static draw => [Key(draw), .. draw.Many(3, () => Place(draw))],
            static call => With(call, set => ReplyText.Bulks(call.Words[2..].Select(place => Text(set, place))!)),
            IsRead: true),
        new("GEODIST", static draw => [Key(draw), Place(draw), Place(draw)],
            static call => With(call, set => Distance(call, set)), IsRead: true),
        new("GEOSEARCH", static draw =>
                [Key(draw), "FROMLONLAT", Degrees(draw, 179), Degrees(draw, 84), "BYRADIUS", Radius(draw), "km"],
            static call => With(call, set => ReplyText.Sorted(Near(call, set, 1).Select(ReplyText.Bulk))),
            IsRead: true, Order: ReplyOrder.Any),
        new("GEOSEARCHSTORE", static draw =>
                [
                    Key(draw), Key(draw), "FROMLONLAT", Degrees(draw, 179), Degrees(draw, 84), "BYRADIUS", Radius(draw),
                    "km",
                ], Store),
        new("ZRANGE", static draw => [Key(draw), draw.Small(-8, 8), draw.Small(-8, 8), "WITHSCORES"], None),
        new("ZREM", static draw => [Key(draw), .. draw.Many(3, () => Place(draw))], None),
        new("ZSCORE", static draw => [Key(draw), Place(draw)], None),
    ];

    private static string Key(Draw draw) => draw.KeyFor(Family);

    // What the sorted sets' own row of this name does is done: names are looked up, and theirs come first.
    private static string None(ModelCall call) => throw new ModelMismatchException($"{call[0]} has a row elsewhere");

    private static string Place(Draw draw) => "p" + draw.Small(0, 40);

    private static string Degrees(Draw draw, int most) => draw.Small(-most, most) + draw.Of("", ".5", ".125", ".9375");

    private static string Radius(Draw draw) => draw.Of("1", "100", "2500", "6000", "15000");

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string With(ModelCall call, Func<ModelScores, string> answer) =>
        call.With<ModelScores>(call[1], set => answer(set ?? new ModelScores()));

    private static string Add(ModelCall call) => call.Changing<ModelScores>(call[1], static set => set.Count, set =>
    {
        int at = char.IsLetter(call[2][0]) ? 3 : 2;
        string option = at == 3 ? call[2] : "";
        (int added, int changed) = (0, 0);
        for (; at < call.Count; at += 3)
        {
            double score = Score(Number(call[at]), Number(call[at + 1]));
            double? old = set.Find(call[at + 2]);
            if (old is null ? option == "XX" : option == "NX") continue;
            if (old is null) added++;
            else if (old != score) changed++;
            set.Put(call[at + 2], score);
        }
        return ReplyText.Integer(option == "CH" ? added + changed : added);
    });

    private static string Position(ModelScores set, string place)
    {
        if (set.Find(place) is not { } score) return ReplyText.Null;
        (double longitude, double latitude) = Middle((ulong)score);
        return ReplyText.Bulks([Decimal(longitude), Decimal(latitude)]);
    }

    private static string Decimal(double degrees)
    {
        string text = degrees.ToString("F17", CultureInfo.InvariantCulture);
        return text.TrimEnd('0').TrimEnd('.');
    }

    // The eleven letters stand for another grid, one that reaches the poles.
    private static string? Text(ModelScores set, string place)
    {
        if (set.Find(place) is not { } score) return null;
        (double longitude, double latitude) = Middle((ulong)score);
        ulong bits = Interleave(Cell(longitude, 180), Cell(latitude, 90));
        StringBuilder text = new();
        for (int letter = 0; letter < 10; letter++)
            text.Append(HashLetters[(int)(bits >> (52 - ((letter + 1) * 5))) & 0x1F]);
        return text.Append('0').ToString();
    }

    private static string Distance(ModelCall call, ModelScores set)
    {
        if (set.Find(call[2]) is not { } from || set.Find(call[3]) is not { } to) return ReplyText.Null;
        return ReplyText.Bulk(Meters(Middle((ulong)from), Middle((ulong)to))
            .ToString("F4", CultureInfo.InvariantCulture));
    }

    private static IEnumerable<string> Near(ModelCall call, ModelScores set, int source)
    {
        (double, double) center = (Number(call[source + 2]), Number(call[source + 3]));
        double radius = Number(call[source + 5]) * 1000;
        return set.Ordered().Where(pair => Meters(center, Middle((ulong)pair.Score)) <= radius)
            .Select(static pair => pair.Member);
    }

    private static string Store(ModelCall call) => call.With<ModelScores>(call[2], set =>
    {
        var found = new ModelScores();
        if (set is not null)
        {
            foreach (string place in Near(call, set, 2)) found.Put(place, set.Find(place)!.Value);
        }
        return found.Count == 0
            ? call.Remove(call[1], ":0")
            : call.Put(call[1], found, ReplyText.Integer(found.Count));
    });

    private static double Meters((double Longitude, double Latitude) one, (double Longitude, double Latitude) other)
    {
        const double Radians = Math.PI / 180;
        double u = Math.Sin(((other.Latitude * Radians) - (one.Latitude * Radians)) / 2);
        double v = Math.Sin(((other.Longitude * Radians) - (one.Longitude * Radians)) / 2);
        double across = Math.Cos(one.Latitude * Radians) * Math.Cos(other.Latitude * Radians) * v * v;
        return 2 * EarthMeters * Math.Asin(Math.Sqrt((u * u) + across));
    }

    private static double Score(double longitude, double latitude) =>
        Interleave(Cell(longitude, 180), Cell(latitude, LatitudeMax));

    private static uint Cell(double degrees, double most) => (uint)((degrees + most) / (2 * most) * (1 << 26));

    private static ulong Interleave(uint longitude, uint latitude)
    {
        ulong bits = 0;
        for (int bit = 0; bit < 26; bit++)
        {
            bits |= (ulong)((latitude >> bit) & 1) << (2 * bit);
            bits |= (ulong)((longitude >> bit) & 1) << ((2 * bit) + 1);
        }
        return bits;
    }

    private static (double Longitude, double Latitude) Middle(ulong bits)
    {
        (uint longitude, uint latitude) = (0, 0);
        for (int bit = 0; bit < 26; bit++)
        {
            latitude |= (uint)((bits >> (2 * bit)) & 1) << bit;
            longitude |= (uint)((bits >> ((2 * bit) + 1)) & 1) << bit;
        }
        return (Middle(longitude, 180), Middle(latitude, LatitudeMax));
    }

    private static double Middle(uint cell, double most)
    {
        double low = -most + (cell / (double)(1 << 26) * (2 * most));
        double high = -most + ((cell + 1) / (double)(1 << 26) * (2 * most));
        return (low + high) / 2;
    }
}
