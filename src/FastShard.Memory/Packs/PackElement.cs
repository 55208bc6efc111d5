namespace FastShard.Memory;

/// <summary>
/// One element of a <see cref="Listpack"/>: bytes, or an integer that is kept as one. A borrow from the pack.
/// </summary>
public readonly ref struct PackElement
{
    internal PackElement(long integer)
    {
        IsInteger = true;
        Integer = integer;
    }

    internal PackElement(ReadOnlySpan<byte> text) => Text = text;

    /// <summary>An integer that some other structure keeps, seen as an element.</summary>
    public static PackElement OfInteger(long integer) => new(integer);

    /// <summary>Whether the element is kept as an integer.</summary>
    public bool IsInteger { get; }

    /// <summary>The integer, where it is one.</summary>
    public long Integer { get; }

    /// <summary>The bytes, where it is none.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The bytes of either kind; an integer's digits go to <paramref name="scratch"/> (20 bytes).</summary>
    public ReadOnlySpan<byte> Bytes(Span<byte> scratch)
    {
        if (!IsInteger) return Text;
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(Integer, scratch, out int length);
        return scratch[..length];
    }

    /// <summary>Length of the bytes of either kind.</summary>
    public int Length
    {
        get
        {
            if (!IsInteger) return Text.Length;
            Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
            return Bytes(scratch).Length;
        }
    }

    /// <summary>
    /// Whether the element is these bytes. <paramref name="asInteger"/> is what <see cref="Listpack.TryInteger"/> made
    /// of them: an element is an integer exactly if its bytes are one.
    /// </summary>
    public bool Is(ReadOnlySpan<byte> bytes, bool isInteger, long asInteger) =>
        IsInteger ? isInteger && asInteger == Integer : !isInteger && Text.SequenceEqual(bytes);
}
