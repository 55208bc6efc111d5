using System.Text;
using FastShard.Protocol;

namespace FastShard.Server.Commands;

/// <summary>What administrative replies write often, from managed strings; not for hot paths.</summary>
internal static class ReplyTexts
{
    /// <summary>A status reply.</summary>
    public static void Status(this in ReplyWriter reply, string text) =>
        reply.SimpleString(Encoding.UTF8.GetBytes(text));

    /// <summary>A field of a map: name and bulk string.</summary>
    public static void Field(this in ReplyWriter reply, string name, string value)
    {
        reply.Text(name);
        reply.Text(value);
    }

    /// <summary>A field of a map: name and integer.</summary>
    public static void Field(this in ReplyWriter reply, string name, long value)
    {
        reply.Text(name);
        reply.Integer(value);
    }

    /// <summary>A field of a map: name and double.</summary>
    public static void Field(this in ReplyWriter reply, string name, double value)
    {
        reply.Text(name);
        reply.Double(value);
    }

    /// <summary>An array of status replies: what every HELP is.</summary>
    public static void StatusLines(this in ReplyWriter reply, List<string> lines)
    {
        reply.Array(lines.Count);
        foreach (string line in lines) reply.Status(line);
    }
}
