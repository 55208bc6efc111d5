using System.Globalization;
using System.Text;
using FastShard.SystemTests.Harness;

namespace FastShard.SystemTests.Model;

/// <summary>
/// Replies as text, one character a byte, the same for both protocol versions: what the model says and what the server
/// sent are compared in this form.
/// </summary>
internal static class ReplyText
{
    public const string Ok = "+OK";
    public const string Null = "(null)";
    public const string Queued = "+QUEUED";
    public const string WrongType = "-WRONGTYPE Operation against a key holding the wrong kind of value";
    public const string NotAnInteger = "-ERR value is not an integer or out of range";
    public const string NoSuchKey = "-ERR no such key";

    public static string Bulk(string? text) => text is null ? Null : "$" + text;

    public static string Integer(long number) => ":" + number.ToString(CultureInfo.InvariantCulture);

    public static string Bool(bool isTrue) => isTrue ? ":1" : ":0";

    public static string Array(IEnumerable<string> elements) => $"*[{string.Join(", ", elements)}]";

    public static string Bulks(IEnumerable<string> texts) => Array(texts.Select(Bulk));

    /// <summary>For commands whose order is <see cref="ReplyOrder.Any"/>.</summary>
    public static string Sorted(IEnumerable<string> elements) => Array(elements.Order(StringComparer.Ordinal));

    /// <summary>For commands whose order is <see cref="ReplyOrder.AnyPairs"/>.</summary>
    public static string SortedPairs(IEnumerable<(string Left, string Right)> pairs) =>
        Sorted(pairs.Select(static pair => $"{pair.Left}, {pair.Right}"));

    public static string Of(RespValue reply, ReplyOrder order = ReplyOrder.Exact)
    {
        if (reply.IsNull) return Null;
        if (reply.Elements is null) return TypeOf(reply) + Encoding.Latin1.GetString(reply.Bytes!);
        if (order == ReplyOrder.Flat) return Array(reply.Elements.SelectMany(Leaves).Select(static leaf => Of(leaf)));
        string[] elements = [.. reply.Elements.Select(static element => Of(element))];
        return order switch
        {
            ReplyOrder.Any => Sorted(elements),
            ReplyOrder.AnyPairs => SortedPairs(
                Enumerable.Range(0, elements.Length / 2).Select(at => (elements[2 * at], elements[(2 * at) + 1]))),
            _ => Array(elements),
        };
    }

    /// <summary>As much of a text as fits into a line of a report.</summary>
    public static string Short(string text) => text.Length <= 120 ? text : $"{text[..120]}... ({text.Length})";

    private static IEnumerable<RespValue> Leaves(RespValue reply) =>
        reply.Elements is null ? [reply] : reply.Elements.SelectMany(Leaves);

    // What RESP3 tells apart and RESP2 does not.
    private static char TypeOf(RespValue reply) => reply.Type is ',' or '=' ? '$' : reply.Type;
}
