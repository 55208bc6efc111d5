using FastShard.Engine.Commands;
using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>Ids and entries as they are replied.</summary>
internal static class StreamReplies
{
    /// <summary>An id as a bulk string.</summary>
    public static void Id(scoped ref CommandContext context, StreamId id)
    {
        Span<byte> text = stackalloc byte[StreamIdText.MaxBytes];
        context.Reply.Bulk(text[..StreamIdText.Format(id, text)]);
    }

    /// <summary>The entry that a reader stands at: its id and its fields.</summary>
    public static void Entry(scoped ref CommandContext context, ref StreamEntryReader reader)
    {
        context.Reply.Array(2);
        Content(ref context, ref reader);
    }

    /// <summary>Id and fields without the head of the pair.</summary>
    public static void Content(scoped ref CommandContext context, ref StreamEntryReader reader)
    {
        Id(ref context, reader.Id);
        context.Reply.Array(2 * reader.FieldCount);
        while (reader.TryNextPair(out PackElement field, out PackElement value))
        {
            Element(ref context, field);
            Element(ref context, value);
        }
    }

    /// <summary>Up to so many entries of a range (0 = all) as an array.</summary>
    public static void Range(
        scoped ref CommandContext context, scoped in StructureHandle stream, StreamId first, StreamId last,
        bool isBackwards,
        long limit)
    {
        StreamEntryReader reader = new(stream, first, last, isBackwards);
        FastShard.Protocol.DeferredLength array = context.Reply.DeferArray();
        int count = 0;
        while ((limit == 0 || count < limit) && reader.MoveNext())
        {
            Entry(ref context, ref reader);
            count++;
        }
        context.Reply.SetDeferred(array, count);
    }

    /// <summary>The entry of one id; false, and nothing written, if it is gone.</summary>
    public static bool TryEntry(scoped ref CommandContext context, scoped in StructureHandle stream, StreamId id)
    {
        StreamEntryReader reader = new(stream, id, id, isBackwards: false);
        if (!reader.MoveNext()) return false;
        Entry(ref context, ref reader);
        return true;
    }

    private static void Element(scoped ref CommandContext context, in PackElement element)
    {
        if (element.IsInteger) context.Reply.BulkInteger(element.Integer);
        else context.Reply.Bulk(element.Text);
    }
}
