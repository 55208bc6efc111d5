using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Strings;

/// <summary>
/// How strings are kept, in one place: a canonical integer as 8 bytes; up to 44 bytes "embstr"; else raw bytes, from
/// 16 KB on in a blob. A string changed in place is raw, whatever its length, as OBJECT ENCODING tells it in Redis.
/// </summary>
public static class StringValue
{
    /// <summary>Room for the text of an integer value: what <see cref="Bytes"/> wants as scratch.</summary>
    public const int ScratchBytes = Numbers.MaxInt64Bytes;

    /// <summary>The longest string that is reported as embstr.</summary>
    private const int EmbStrBytesMax = 44;

    private const int IntegerBytes = 8;

    /// <summary>The string's bytes; an integer is written to <paramref name="scratch"/>.</summary>
    public static ReadOnlySpan<byte> Bytes(scoped in Entry entry, Span<byte> scratch) =>
        entry.Encoding == ValueEncoding.Int
            ? scratch[..Numbers.FormatInt64(entry.Integer, scratch)]
            : entry.Value;

    /// <summary>Length in bytes of the string as clients see it.</summary>
    public static int Length(in Entry entry)
    {
        if (entry.Encoding != ValueEncoding.Int) return entry.ValueLength;
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        return Numbers.FormatInt64(entry.Integer, scratch);
    }

    /// <summary>Replies the string; a blob by reference.</summary>
    public static void Reply(ref CommandContext context, in Entry entry)
    {
        if (entry.Encoding == ValueEncoding.Int) context.Reply.BulkInteger(entry.Integer);
        else if (entry.IsBlob) context.Reply.Blob(entry.Blob);
        else context.Reply.Bulk(entry.Value);
    }

    /// <summary>
    /// Sets a key to an argument; a blob is taken over without a copy, so nothing may read the argument afterwards.
    /// </summary>
    public static void SetArgument(
        ref CommandContext context, in Key key, bool isFound, ref Entry entry, int index, long expiryMillis)
    {
        ValueType oldType = isFound ? entry.Type : ValueType.String;
        if (context.Arguments.IsBlob(index))
            SetBlob(key, isFound, ref entry, context.Arguments.TakeBlob(index), expiryMillis);
        else
            Set(key, isFound, ref entry, context.Arg(index), expiryMillis);
        if (isFound) key.Home.Overwritten(key, oldType, ValueType.String);
    }

    /// <summary>Sets a key to bytes in their best encoding. They must not lie in the entry itself.</summary>
    public static void Set(
        in Key key, bool isFound, ref Entry entry, ReadOnlySpan<byte> value, long expiryMillis)
    {
        if (Numbers.TryParseInt64(value, out long integer))
            SetInteger(key, isFound, ref entry, integer, expiryMillis);
        else
            SetText(key, isFound, ref entry, value, expiryMillis);
    }

    /// <summary>Sets a key to bytes that are not to be kept as an integer (INCRBYFLOAT's sums).</summary>
    public static void SetText(
        in Key key, bool isFound, ref Entry entry, ReadOnlySpan<byte> value, long expiryMillis)
    {
        ValueEncoding encoding = value.Length <= EmbStrBytesMax ? ValueEncoding.EmbStr : ValueEncoding.Raw;
        Span<byte> target = MakeRoom(key, isFound, ref entry, encoding, value.Length, expiryMillis);
        value.CopyTo(target);
    }

    /// <summary>Sets a key to bytes that were computed, not sent: never shown as embstr or int.</summary>
    public static void SetRaw(
        in Key key, bool isFound, ref Entry entry, ReadOnlySpan<byte> value, long expiryMillis) =>
        value.CopyTo(MakeRoom(key, isFound, ref entry, ValueEncoding.Raw, value.Length, expiryMillis));

    /// <summary>Sets a key to a blob; one reference of it moves in.</summary>
    public static void SetBlob(in Key key, bool isFound, ref Entry entry, Blob value, long expiryMillis)
    {
        if (isFound)
            key.Home.Table.ReplaceBlob(ref entry, ValueType.String, ValueEncoding.Raw, value, expiryMillis);
        else
            entry = key.Home.InsertBlob(key, ValueType.String, ValueEncoding.Raw, value, expiryMillis);
    }

    /// <summary>Sets a key to an integer; one that is an integer already changes in place.</summary>
    public static void SetInteger(in Key key, bool isFound, ref Entry entry, long value, long expiryMillis)
    {
        if (!isFound)
            entry = key.Home.Insert(key, ValueType.String, ValueEncoding.Int, IntegerBytes, expiryMillis);
        else
            key.Home.Table.Replace(ref entry, ValueType.String, ValueEncoding.Int, IntegerBytes, expiryMillis);
        entry.SetInteger(value);
    }

    /// <summary>
    /// The bytes of a string, to be changed in place: at least <paramref name="length"/> of them, new ones zero. Makes
    /// the key when it is missing, and keeps the deadline when it is not.
    /// </summary>
    public static Span<byte> Open(in Key key, bool isFound, ref Entry entry, int length)
    {
        if (!isFound || entry.Encoding == ValueEncoding.Int) return OpenNew(key, isFound, ref entry, length);
        KeyTable table = key.Home.Table;
        if (entry.ValueLength < length) table.Resize(ref entry, length);
        table.SetEncoding(ref entry, ValueEncoding.Raw);
        return table.Mutable(ref entry);
    }

    private static Span<byte> OpenNew(in Key key, bool isFound, ref Entry entry, int length)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        ReadOnlySpan<byte> digits = isFound ? Bytes(entry, scratch) : [];
        long expiryMillis = isFound ? entry.ExpiryMillis : 0;
        length = Math.Max(length, digits.Length);
        Span<byte> target = MakeRoom(key, isFound, ref entry, ValueEncoding.Raw, length, expiryMillis);
        digits.CopyTo(target);
        target[digits.Length..].Clear();
        return target;
    }

    private static Span<byte> MakeRoom(
        in Key key, bool isFound, ref Entry entry, ValueEncoding encoding, int length, long expiryMillis)
    {
        if (isFound)
            key.Home.Table.Replace(ref entry, ValueType.String, encoding, length, expiryMillis);
        else
            entry = key.Home.Insert(key, ValueType.String, encoding, length, expiryMillis);
        return key.Home.Table.Mutable(ref entry);
    }
}
