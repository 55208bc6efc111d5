using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Collections;

/// <summary>Replies of what collections hold.</summary>
internal static class ElementReplies
{
    /// <summary>An element as a bulk string.</summary>
    public static void Element(this in ReplyWriter reply, PackElement element)
    {
        if (element.IsInteger) reply.BulkInteger(element.Integer);
        else reply.Bulk(element.Text);
    }
}
