using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// The block of one key:
/// <code>
///   0               8                                                   rounded up
///   | header, 8     | deadline, 8   | key length, 4 | key | value        | (unused) |
///   |               | if it has one | if over 255   |     | or blob, 8   |
///
///   header, from the low bits:
///   | type 4 | encoding 4 | flags 8 | access clock 24 | key length 8 | value length 16 |
/// </code>
/// A value of Blob.Threshold bytes or more lies in a blob; the value area then is its address. Everything about the
/// block's size follows from the header, so that neither block nor cell needs to carry it.
/// </summary>
internal static unsafe class EntryLayout
{
    internal const int HeaderBytes = 8;
    internal const int ExpiryBytes = 8;
    internal const int LongKeyBytes = 4;
    internal const int BlobBytes = 8;
    internal const int MaxShortKey = 255;

    internal const int FlagsOffset = 1;
    internal const int ClockOffset = 2;
    internal const int KeyLengthOffset = 5;
    internal const int ValueLengthOffset = 6;

    /// <summary>The weights matter: the expiry flag times 8 is the room it takes.</summary>
    internal const byte ExpiryFlag = 1;
    internal const byte LongKeyFlag = 2;
    internal const byte BlobFlag = 4;

    /// <summary>The heap's mark when the entry was made or last taken: see <see cref="ShardHeap.Mark"/>.</summary>
    internal const byte MarkFlag = 8;

    internal const uint ClockMask = 0xFFFFFF;

    private const byte StructureBit = 0x80;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte Flags(byte* block) => block[FlagsOffset];

    internal static bool HasExpiry(byte* block) => (block[FlagsOffset] & ExpiryFlag) != 0;

    internal static bool IsBlob(byte* block) => (block[FlagsOffset] & BlobFlag) != 0;

    /// <summary>The high bit of the encoding: the value area is the root of a structure.</summary>
    internal static bool IsStructure(byte* block) => (*block & StructureBit) != 0;

    // SAFETY: the header tells where the value lies. OWNER: the table. LIVES: until the next change of the entry.
    internal static StructureRoot* Root(byte* block) => (StructureRoot*)(block + ValueOffset(block));

    internal static long* Expiry(byte* block) => (long*)(block + HeaderBytes);

    /// <summary>Where the key begins, for these flags.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int KeyOffset(uint flags) =>
        HeaderBytes + (int)((flags & ExpiryFlag) << 3) + (int)((flags & LongKeyFlag) << 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int KeyLength(byte* block)
    {
        uint flags = Flags(block);
        return (flags & LongKeyFlag) == 0
            ? block[KeyLengthOffset]
            : *(int*)(block + KeyOffset(flags) - LongKeyBytes);
    }

    // SAFETY: the header tells where the key lies in the block. OWNER: the table. LIVES: until the next change of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Key(byte* block) => new(block + KeyOffset(Flags(block)), KeyLength(block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool HasKey(byte* block, ReadOnlySpan<byte> key)
    {
        uint flags = Flags(block);
        int length = block[KeyLengthOffset];
        if ((flags & LongKeyFlag) != 0) length = KeyLength(block);
        return length == key.Length
            && new ReadOnlySpan<byte>(block + KeyOffset(flags), length).SequenceEqual(key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int ValueOffset(byte* block) => KeyOffset(Flags(block)) + KeyLength(block);

    /// <summary>Bytes in the value area: the value's, or those of the blob's address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int InlineLength(byte* block) =>
        IsBlob(block) ? BlobBytes : *(ushort*)(block + ValueLengthOffset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Blob BlobOf(byte* block) => new(*(nint*)(block + ValueOffset(block)));

    internal static void SetBlob(byte* block, Blob blob) => *(nint*)(block + ValueOffset(block)) = blob.Address;

    /// <summary>Bytes of the block, before rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Size(byte* block) => ValueOffset(block) + InlineLength(block);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Size(uint flags, int keyLength, int inlineLength) =>
        KeyOffset(flags) + keyLength + inlineLength;

    internal static uint FlagsFor(int keyLength, bool hasExpiry, bool isBlob) =>
        (hasExpiry ? ExpiryFlag : 0u) | (keyLength > MaxShortKey ? LongKeyFlag : 0u) | (isBlob ? BlobFlag : 0u);

    /// <summary>Writes everything in front of the key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void WriteHeader(
        byte* block, byte kind, uint flags, uint clock, int keyLength, int inlineLength)
    {
        bool isLong = (flags & LongKeyFlag) != 0;
        bool isBlob = (flags & BlobFlag) != 0;
        ulong header = kind | ((ulong)flags << 8) | ((ulong)clock << 16)
            | ((ulong)(isLong ? 0 : keyLength) << 40) | ((ulong)(isBlob ? 0 : inlineLength) << 48);
        *(ulong*)block = header;
        if (isLong) *(int*)(block + KeyOffset(flags) - LongKeyBytes) = keyLength;
    }

    internal static byte Kind(ValueType type, ValueEncoding encoding) => (byte)((int)type | ((int)encoding << 4));

    internal static uint Clock(byte* block) => *(uint*)(block + ClockOffset) & ClockMask;

    internal static void SetClock(byte* block, uint clock)
    {
        *(ushort*)(block + ClockOffset) = (ushort)clock;
        block[ClockOffset + 2] = (byte)(clock >> 16);
    }
}
