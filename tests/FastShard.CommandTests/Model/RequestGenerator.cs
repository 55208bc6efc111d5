using FsCheck;
using FsCheck.Fluent;

namespace FastShard.CommandTests.Model;

/// <summary>
/// Random requests on few keys, so that they meet. A request is an array of words, one character a byte; "ADVANCE n" is
/// not for the server but moves the clock, and "x*44" stands for so many of a letter.
/// </summary>
internal static class RequestGenerator
{
    private static readonly string[] Numbers =
        ["0", "1", "-1", "7", "100", "-100", "9223372036854775807", "-9223372036854775808", "4611686018427387904"];

    /// <summary>Sequences of requests; those that fail are cut down by leaving requests out.</summary>
    public static Arbitrary<string[][]> Sequences() =>
        Arb.From(Gen.ArrayOf(Requests()), static requests => Shorter(requests));

    /// <summary>The words as they are sent.</summary>
    public static string[] Expand(string[] words) => [.. words.Select(Expand)];

    private static string Expand(string word) =>
        word.Length > 2 && word[1] == '*' ? new string(word[0], int.Parse(word[2..])) : word;

    private static Gen<string> Key => Gen.Elements("a", "b", "c", "d", "e{a}");

    private static Gen<string> Value => Gen.OneOf(
        Gen.Elements(Numbers),
        Gen.Elements("", "hello", "\xff\x0f", "\0", " 1", "007", "-0", "x*44", "y*45"),
        Gen.Choose(0, 300).Select(static length => $"\xa5*{length}"),
        Gen.Elements("b*16384", "c*16383", "d*20000"));

    private static Gen<string> Small(int low, int high) =>
        Gen.Choose(low, high).Select(static number => number.ToString());

    // Mostly near the begin, sometimes just before or behind a blob's threshold.
    private static Gen<string> ByteOffset => Gen.Frequency(
        (8, Small(0, 60)), (1, Small(16_370, 16_390)), (1, Small(-20, -1)));

    private static Gen<string> Offset => ByteOffset.Where(static offset => offset[0] != '-');

    private static Gen<string> BitOffset => Gen.Frequency((8, Small(0, 500)), (1, Small(131_000, 131_100)));

    private static Gen<string[]> Words(params Gen<string>[] words) =>
        Gen.CollectToArray(words);

    private static Gen<string> Fixed(string word) => Gen.Constant(word);

    private static Gen<string[]> Requests() => Gen.Frequency(
        (2, Words(Fixed("ADVANCE"), Small(0, 1500))),
        (6, Words(Fixed("GET"), Key)),
        (8, WithOptions(Words(Fixed("SET"), Key, Value), SetOptions)),
        (1, Words(Fixed("SETNX"), Key, Value)),
        (1, Words(Fixed("GETSET"), Key, Value)),
        (1, Words(Fixed("GETDEL"), Key)),
        (2, WithOptions(Words(Fixed("GETEX"), Key), GetExOptions)),
        (1, Words(Fixed("DELIFEQ"), Key, Value)),
        (1, Words(Fixed("STRLEN"), Key)),
        (4, Words(Fixed("APPEND"), Key, Value)),
        (4, Words(Fixed("SETRANGE"), Key, Offset, Value)),
        (2, Words(Fixed("GETRANGE"), Key, ByteOffset, ByteOffset)),
        (4, Words(Fixed("INCRBY"), Key, Gen.Elements(Numbers))),
        (2, Words(Fixed("DECR"), Key)),
        (1, Words(Fixed("MGET"), Key, Key, Key)),
        (1, Words(Fixed("MSET"), Key, Value, Key, Value)),
        (1, Words(Fixed("MSETNX"), Key, Value, Key, Value)),
        (4, Words(Fixed("SETBIT"), Key, BitOffset, Gen.Elements("0", "1"))),
        (1, Words(Fixed("GETBIT"), Key, BitOffset)),
        (2, WithOptions(Words(Fixed("BITCOUNT"), Key), BitRange)),
        (2, WithOptions(Words(Fixed("BITPOS"), Key, Gen.Elements("0", "1")), BitRange)),
        (1, Words(Fixed("BITPOS"), Key, Gen.Elements("0", "1"), ByteOffset)),
        (1, Words(Fixed("BITOP"), Fixed("NOT"), Key, Key)),
        (3, Words(Fixed("BITOP"), BitOperation, Key, Key, Key, Key)),
        (4, WithOptions(Words(Fixed("BITFIELD"), Key), BitFieldOperations)));

    private static Gen<string> BitOperation => Gen.Elements("AND", "OR", "XOR", "DIFF", "DIFF1", "ANDOR", "ONE");

    private static Gen<string[]> SetOptions =>
        from condition in Gen.Elements<string[]>([], [], ["NX"], ["XX"])
        from get in Gen.Elements<string[]>([], ["GET"])
        from expiry in Gen.OneOf(
            Gen.Elements<string[]>([], ["KEEPTTL"]),
            Small(1, 3).Select(static seconds => new[] { "EX", seconds }),
            Small(1, 2000).Select(static millis => new[] { "PX", millis }),
            Gen.Constant<string[]>(["PXAT", "1"]))
        select (string[])[.. condition, .. get, .. expiry];

    private static Gen<string[]> GetExOptions => Gen.OneOf(
        Gen.Elements<string[]>([], ["PERSIST"], ["PXAT", "1"]),
        Small(1, 2000).Select(static millis => new[] { "PX", millis }));

    private static Gen<string[]> BitRange =>
        from start in ByteOffset
        from end in ByteOffset
        from range in Gen.Elements<string[]>([], [start, end], [start, end, "BYTE"], [start, end, "BIT"])
        select range;

    private static Gen<string[]> BitFieldOperations =>
        from operations in Gen.ArrayOf(BitFieldOperation, 3)
        select operations.SelectMany(static operation => operation).ToArray();

    private static Gen<string[]> BitFieldOperation =>
        from isSigned in Gen.Elements(true, false)
        from bits in Gen.Choose(1, isSigned ? 64 : 63)
        from offset in Small(0, 200)
        from number in Gen.Elements(Numbers)
        let type = (isSigned ? "i" : "u") + bits
        from operation in Gen.Elements<string[]>(
            ["GET", type, offset],
            ["SET", type, offset, number],
            ["INCRBY", type, offset, number],
            ["OVERFLOW", "SAT"],
            ["OVERFLOW", "FAIL"],
            ["OVERFLOW", "WRAP"])
        select operation;

    private static Gen<string[]> WithOptions(Gen<string[]> words, Gen<string[]> options) =>
        from begin in words
        from end in options
        select (string[])[.. begin, .. end];

    private static IEnumerable<string[][]> Shorter(string[][] requests)
    {
        for (int cut = requests.Length / 2; cut > 0; cut /= 2)
        {
            for (int at = 0; at + cut <= requests.Length; at += cut)
                yield return [.. requests[..at], .. requests[(at + cut)..]];
        }
    }
}
