using FastShard.Engine.Strings;
using FastShard.Memory;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Objects;

/// <summary>Strings: one text.</summary>
internal static class StringCodec
{
    public static void Write(in Entry entry, in RdbWriter writer)
    {
        writer.Type(RdbType.String);
        if (entry.Encoding == ValueEncoding.Int) writer.Text(entry.Integer);
        else writer.Text(entry.Value);
    }

    public static ReadOutcome Read(ref RdbReader reader, in ObjectTarget target)
    {
        TextScratch scratch = default;
        bool isRead = reader.TryText(ref scratch, out ReadOnlySpan<byte> text);
        if (isRead)
        {
            Entry entry = default;
            StringValue.Set(target.Key, isFound: false, ref entry, text, target.ExpiryMillis);
        }
        scratch.Dispose();
        return isRead ? ReadOutcome.Done : ReadOutcome.Malformed;
    }
}
