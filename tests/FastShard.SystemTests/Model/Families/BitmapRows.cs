using System.Numerics;

namespace FastShard.SystemTests.Model.Families;

internal static class BitmapRows
{
    public static readonly ModelCommand[] All =
    [
        new("SETBIT", static draw => [draw.Key(), draw.Small(0, 400), draw.Small(0, 1)],
            static call => call.With<string>(call[1], old => SetBit(call, old ?? ""))),
        new("GETBIT", static draw => [draw.Key(), draw.Small(0, 400)],
            static call => call.With<string>(call[1], value => ReplyText.Integer(BitAt(value ?? "", call.Number(2)))),
            IsRead: true),
        new("BITCOUNT", static draw => [draw.Key()],
            static call => call.With<string>(call[1], value => ReplyText.Integer(Count(value ?? ""))), IsRead: true),
        new("BITPOS", static draw => [draw.Key(), draw.Small(0, 1)],
            static call => call.With<string>(call[1], value => Position(value, call.Number(2))), IsRead: true),
        new("BITOP", static draw => [draw.Of("AND", "OR", "XOR"), draw.Key(), .. draw.Keys(3)], Combine),
        new("BITOP", static draw => ["NOT", draw.Key(), draw.Key()], Combine),
    ];

    private static int BitAt(string value, long bit) =>
        bit / 8 < value.Length ? (value[(int)(bit / 8)] >> (7 - (int)(bit % 8))) & 1 : 0;

    private static string SetBit(ModelCall call, string old)
    {
        long bit = call.Number(2);
        int place = (int)(bit / 8);
        char[] bytes = old.PadRight(place + 1, '\0').ToCharArray();
        int mask = 0x80 >> (int)(bit % 8);
        bytes[place] = (char)(call[3] == "1" ? bytes[place] | mask : bytes[place] & ~mask);
        return call.Change(call[1], new string(bytes), ReplyText.Integer(BitAt(old, bit)));
    }

    private static long Count(string value) => value.Sum(static one => (long)BitOperations.PopCount(one));

    private static string Position(string? value, long wanted)
    {
        if (value is null) return ReplyText.Integer(wanted == 0 ? 0 : -1);
        for (long bit = 0; bit < value.Length * 8L; bit++)
        {
            if (BitAt(value, bit) == wanted) return ReplyText.Integer(bit);
        }
        // Behind the end all bits are clear.
        return ReplyText.Integer(wanted == 0 && value.Length > 0 ? value.Length * 8L : -1);
    }

    private static string Combine(ModelCall call)
    {
        object?[] sources = [.. call.Words[3..].Select(key => call.Find(key)?.Value)];
        if (sources.Any(static source => source is not null and not string)) return ReplyText.WrongType;
        string[] values = [.. sources.Select(static source => (string?)source ?? "")];
        char[] result = new char[values.Max(static value => value.Length)];
        for (int at = 0; at < result.Length; at++)
        {
            int[] bytes = [.. values.Select(value => at < value.Length ? value[at] : 0)];
            result[at] = (char)(0xff & call[1] switch
            {
                "AND" => bytes.Aggregate(static (left, right) => left & right),
                "OR" => bytes.Aggregate(static (left, right) => left | right),
                "XOR" => bytes.Aggregate(static (left, right) => left ^ right),
                _ => ~bytes[0],
            });
        }
        return result.Length == 0
            ? call.Remove(call[2], ":0")
            : call.Put(call[2], new string(result), ReplyText.Integer(result.Length));
    }
}
