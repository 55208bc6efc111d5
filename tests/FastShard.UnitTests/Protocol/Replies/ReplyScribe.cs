using System.Globalization;
using System.Text;
using FastShard.Protocol;

namespace FastShard.UnitTests.Protocol.Replies;

/// <summary>Writes a random reply and says how <see cref="ReplyText"/> must read it.</summary>
internal static class ReplyScribe
{
    public static string Scribe(ref ReplyWriter writer, Random random, int depth)
    {
        bool resp3 = writer.Version == RespVersion.Resp3;
        int kind = random.Next(depth < 3 ? 14 : 9);
        return kind switch
        {
            0 => Done(() => "+OK", w => w.Ok(), ref writer),
            1 => Done(() => resp3 ? "_" : "null", w => w.Null(), ref writer),
            2 => Done(() => resp3 ? "#t" : ":1", w => w.Boolean(true), ref writer),
            3 => Integer(ref writer, random),
            4 => Bulk(ref writer, random),
            5 => Done(() => resp3 ? "(99999999999999999999" : "$99999999999999999999",
                w => w.BigNumber("99999999999999999999"u8), ref writer),
            6 => Done(() => resp3 ? "=mkd:*hi*" : "$*hi*", w => w.Verbatim("mkd"u8, "*hi*"u8), ref writer),
            7 => Done(() => resp3 ? ",0.5" : "$0.5", w => w.Double(0.5), ref writer),
            8 => Done(() => "-ERR no", w => w.Error("ERR no"u8), ref writer),
            _ => Aggregate(ref writer, random, depth, kind - 9),
        };
    }

    private static string Done(Func<string> expected, Action<ReplyWriter> write, ref ReplyWriter writer)
    {
        write(writer);
        return expected();
    }

    private static string Integer(ref ReplyWriter writer, Random random)
    {
        long value = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
        writer.Integer(value);
        return ":" + value.ToString(CultureInfo.InvariantCulture);
    }

    private static string Bulk(ref ReplyWriter writer, Random random)
    {
        byte[] value = new byte[random.Next(1 << random.Next(1, 12))];
        random.NextBytes(value);
        writer.Bulk(value);
        return "$" + Encoding.Latin1.GetString(value);
    }

    private static string Aggregate(ref ReplyWriter writer, Random random, int depth, int kind)
    {
        int count = random.Next(random.Next(10) == 0 ? 120 : 5);
        bool resp3 = writer.Version == RespVersion.Resp3;
        DeferredLength? deferred = null;
        switch (kind)
        {
            case 0: writer.Array(count); break;
            case 1: writer.Map(count); break;
            case 2: writer.Set(count); break;
            case 3: deferred = writer.DeferMap(); break;
            default: deferred = writer.DeferSet(); break;
        }
        bool map = kind is 1 or 3;
        var elements = new List<string>();
        for (int i = 0; i < (map ? 2 * count : count); i++) elements.Add(Scribe(ref writer, random, depth + 1));
        if (deferred is { } length) writer.SetDeferred(length, count);
        char type = !resp3 || kind == 0 ? '*' : map ? '%' : '~';
        return $"{type}[{string.Join(' ', elements)}]";
    }
}
