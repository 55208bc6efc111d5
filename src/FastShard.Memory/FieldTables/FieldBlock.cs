using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// The block of one element of a <see cref="FieldTable"/>: a field with its value, or a member alone.
/// <code>
///   0        1                 2 or 5           3 or 6...
///   | flags  | field length,   | value length,  | deadline, 8    | field | value | (unused) |
///   |        | 1 or 4          | 0, 1 or 4      | if it has one  |
/// </code>
/// </summary>
internal readonly unsafe struct FieldBlock : IIndexed
{
    internal const int MaxShort = 255;

    /// <summary>The weights matter: value length and deadline add to the header what their flags weigh.</summary>
    internal const int LongFieldFlag = 1;
    internal const int ShortValueFlag = 2;
    internal const int LongValueFlag = 4;
    internal const int DeadlineFlag = 8;

    private const int LongLengthBytes = 4;

    public static bool IsMovable => false;

    // SAFETY: an index calls this and the next for blocks that it names. OWNER: its table. LIVES: during the call.
    public static ulong HashOf(byte* block) => KeyHash.Of(Field(block));

    // SAFETY: as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasKey(byte* block, ReadOnlySpan<byte> key)
    {
        int flags = *block;
        int length = (flags & LongFieldFlag) == 0 ? block[1] : *(int*)(block + 1);
        return length == key.Length
            && new ReadOnlySpan<byte>(block + FieldOffset(flags), length).SequenceEqual(key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FieldOffset(int flags) =>
        2 + ((flags & LongFieldFlag) * 3) + ((flags & ShortValueFlag) >> 1) + (flags & (LongValueFlag | DeadlineFlag));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FieldLength(byte* block) => (*block & LongFieldFlag) == 0 ? block[1] : *(int*)(block + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ValueLength(byte* block)
    {
        int flags = *block;
        byte* at = block + ((flags & LongFieldFlag) == 0 ? 2 : 1 + LongLengthBytes);
        if ((flags & ShortValueFlag) != 0) return *at;
        return (flags & LongValueFlag) != 0 ? *(int*)at : 0;
    }

    // SAFETY, this and the next: the header tells where they lie. OWNER: the table. LIVES: until the element changes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Field(byte* block) => new(block + FieldOffset(*block), FieldLength(block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Span<byte> Value(byte* block) =>
        new(block + FieldOffset(*block) + FieldLength(block), ValueLength(block));

    internal static bool HasDeadline(byte* block) => (*block & DeadlineFlag) != 0;

    internal static long Deadline(byte* block) =>
        (*block & DeadlineFlag) != 0 ? *(long*)(block + FieldOffset(*block) - sizeof(long)) : 0;

    /// <summary>The flags of an element; a value of no bytes is not the same as none (-1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int FlagsFor(int fieldLength, int valueLength, bool hasDeadline)
    {
        int flags = fieldLength > MaxShort ? LongFieldFlag : 0;
        if (valueLength >= 0) flags |= valueLength > MaxShort ? LongValueFlag : ShortValueFlag;
        return hasDeadline ? flags | DeadlineFlag : flags;
    }

    /// <summary>Bytes of the block, before rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Size(int flags, int fieldLength, int valueLength) =>
        FieldOffset(flags) + fieldLength + Math.Max(valueLength, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Size(byte* block) => FieldOffset(*block) + FieldLength(block) + ValueLength(block);

    /// <summary>Whether a block is laid out for a value of this length, and a deadline of just this time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsShaped(byte* block, int valueLength, long deadlineMillis) =>
        FlagsFor(FieldLength(block), valueLength, deadlineMillis != 0) == *block
        && ValueLength(block) == valueLength && Deadline(block) == deadlineMillis;

    /// <summary>Writes everything in front of the field.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WriteHeader(byte* block, int flags, int fieldLength, int valueLength, long deadlineMillis)
    {
        *block = (byte)flags;
        byte* at = block + 1;
        if ((flags & LongFieldFlag) == 0)
        {
            *at++ = (byte)fieldLength;
        }
        else
        {
            *(int*)at = fieldLength;
            at += LongLengthBytes;
        }
        if ((flags & ShortValueFlag) != 0)
        {
            *at++ = (byte)valueLength;
        }
        else if ((flags & LongValueFlag) != 0)
        {
            *(int*)at = valueLength;
            at += LongLengthBytes;
        }
        if ((flags & DeadlineFlag) != 0) *(long*)at = deadlineMillis;
        Invariant.Slow((flags & DeadlineFlag) != 0 || at == block + FieldOffset(flags));
    }
}
