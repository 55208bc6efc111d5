using System.Text;

namespace FastShard.CommandTests.Persistence;

/// <summary>Requests that make one value at key "k", of every type and in every encoding.</summary>
internal static class DumpSamples
{
    private static readonly string Long = new('x', 100);

    /// <summary>Names of the samples, and what makes them.</summary>
    public static readonly (string Name, string[] Requests)[] All =
    [
        ("text", ["SET k hello"]),
        ("empty text", ["SET k \"\""]),
        ("integer", ["SET k 12345"]),
        ("long integer", ["SET k -9223372036854775808"]),
        ("compressible text", [$"SET k {Long}{Long}"]),
        ("blob", [$"SETRANGE k 20000 {Long}"]),
        ("list of one pack", ["RPUSH k a 1 -70000 \"\" " + Long]),
        ("list of packs", Many(400, static number => $"RPUSH k {Long}{number}")),
        ("set of integers", ["SADD k 1 -2 70000 30"]),
        ("set as a pack", ["SADD k a b 17 \"\" -1"]),
        ("large set", Many(300, static number => $"SADD k member:{number} {number}")),
        ("sorted set as a pack", ["ZADD k 1 a 2 b 2.5 c -inf d +inf e 1 f 17 17"]),
        ("large sorted set", Many(300, static number => $"ZADD k {number / 7.0} member:{number}")),
        ("hash as a pack", ["HSET k f v 1 2 \"\" x long " + Long[..60]]),
        ("large hash", Many(600, static number => $"HSET k field:{number} {number}")),
        ("hash with deadlines", ["HSET k a 1 b 2 c 3", "HEXPIRE k 1000 FIELDS 1 b", "HPEXPIRE k 5 FIELDS 1 c"]),
        ("large hash with deadlines",
        [
            .. Many(600, static number => $"HSET k field:{number} {number}"),
            "HEXPIRE k 1000 FIELDS 3 field:1 field:2 field:3", "HEXPIRE k 999999 FIELDS 1 field:9",
        ]),
        ("stream", Many(250, static number => $"XADD k {number + 1}-1 field {number} other{number % 3} {Long}")),
        ("stream with groups",
        [
            "XADD k 1-1 a b", "XADD k 2-1 a c", "XADD k 3-1 d e f g", "XDEL k 2-1", "XGROUP CREATE k g 0",
            "XGROUP CREATE k h $", "XREADGROUP GROUP g ann COUNT 1 STREAMS k >", "XREADGROUP GROUP g bob STREAMS k >",
            "XGROUP CREATECONSUMER k h idle",
        ]),
        ("long stream with groups",
        [
            .. Many(120, static number => $"XADD k {number + 1}-1 field {number}{Long}{Long}{Long}{Long}"),
            "XGROUP CREATE k g 0", "XGROUP CREATE k h 50-0", "XREADGROUP GROUP g ann COUNT 30 STREAMS k >",
            "XREADGROUP GROUP h bob COUNT 5 STREAMS k >",
        ]),
        ("empty stream", ["XADD k 5-5 a b", "XTRIM k MAXLEN 0"]),
    ];

    /// <summary>A numbered request, again and again.</summary>
    public static string[] Many(int count, Func<int, string> request) =>
        [.. Enumerable.Range(0, count).Select(request)];

    /// <summary>Bytes that a test writes as text.</summary>
    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);
}
