using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// What a pack's elements have in common, column by column (the first byte of each, the second...): the bits that are
/// the same in all of them need not be kept with each. Found in one pass; says what a <see cref="DenseNode"/> would
/// take.
/// </summary>
internal unsafe ref struct DenseShape
{
    /// <summary>The longest element of a dense node.</summary>
    internal const int MostColumns = 64;

    private const int Words = MostColumns / 8;

    internal fixed ulong Bases[Words];
    internal fixed ulong Masks[Words];
    private fixed int _lengths[MostColumns + 1];

    internal int MinLength;
    internal int MaxLength;
    internal int LengthBits;
    internal long TotalBits;

    internal readonly int WordCount => (MaxLength + 7) / 8;

    /// <summary>Looks at all elements; false where one is too long.</summary>
    internal bool TryMeasure(byte* pack)
    {
        for (int word = 0; word < Words; word++) Bases[word] = ulong.MaxValue;
        MinLength = MostColumns;
        ReadOnlySpan<byte> bytes = new(pack, *(int*)pack);
        byte* digits = stackalloc byte[Listpack.ScratchBytes];
        for (byte* at = pack + Listpack.First; *at != Listpack.End;)
        {
            byte* text = Take(bytes, pack, ref at, digits, out int length);
            if (length > MostColumns) return false;
            Add(text, length);
        }
        Finish();
        return true;
    }

    /// <summary>
    /// The text of an element in its pack, or an integer's digits in the scratch; goes on to the next element.
    /// </summary>
    // SAFETY: the place is that of an element of the pack. LIVES: until the pack or the scratch changes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Take(ReadOnlySpan<byte> bytes, byte* pack, ref byte* at, byte* digits, out int length)
    {
        byte* element = at;
        // A short text, as nearly all are: its length, itself, and its length again for the way back.
        if ((*element & 0xC0) == 0x80)
        {
            length = *element & 63;
            at = element + length + 2;
            return element + 1;
        }
        int place = (int)(element - pack);
        at = pack + Listpack.Next(bytes, place);
        return TextOf(bytes, place, pack, digits, out length);
    }

    private static byte* TextOf(ReadOnlySpan<byte> bytes, int at, byte* pack, byte* digits, out int length)
    {
        PackElement element = Listpack.Get(bytes, at);
        if (element.IsInteger)
        {
            length = element.Bytes(new Span<byte>(digits, Listpack.ScratchBytes)).Length;
            return digits;
        }
        length = element.Text.Length;
        // A text ends where the length at its end begins.
        return pack + at + Listpack.DataBytes(bytes, at) - length;
    }

    /// <summary>Bits of a record of this length.</summary>
    internal int WidthOf(int length)
    {
        int bits = LengthBits;
        for (int word = 0; word * 8 < length; word++)
            bits += BitOperations.PopCount(Masks[word] & DenseBits.FirstBytes(length - (word * 8)));
        return bits;
    }

    private void Add(byte* text, int length)
    {
        _lengths[length]++;
        if (length < MinLength) MinLength = length;
        if (length > MaxLength) MaxLength = length;
        for (int word = 0; word * 8 < length; word++)
        {
            int columns = length - (word * 8);
            ulong value = DenseBits.Load(text + (word * 8), columns);
            Bases[word] &= value | ~DenseBits.FirstBytes(columns);
            Masks[word] |= value;
        }
    }

    /// <summary>Bits set in all of a column are its base, bits set in some are those that vary.</summary>
    private void Finish()
    {
        for (int word = 0; word < Words; word++)
        {
            Bases[word] &= Masks[word];
            Masks[word] &= ~Bases[word];
        }
        int spread = MaxLength - MinLength;
        LengthBits = spread == 0 ? 0 : BitOperations.Log2((uint)spread) + 1;
        for (int length = MinLength; length <= MaxLength; length++)
            TotalBits += (long)_lengths[length] * WidthOf(length);
    }
}
