using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastShard.Memory;

/// <summary>
/// Gathering the bits of a word that a mask selects, spreading them again, and packing them one behind the other.
/// </summary>
internal static unsafe class DenseBits
{
    /// <summary>How many bytes behind the last bit may be read.</summary>
    internal const int SlackBytes = 9;

    /// <summary>The bits of a word under a mask, moved together.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Gather(ulong word, ulong mask) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitExtract(word, mask) : GatherSlowly(word, mask);

    /// <summary>The inverse: the low bits, put where the mask has its.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Spread(ulong bits, ulong mask) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ParallelBitDeposit(bits, mask) : SpreadSlowly(bits, mask);

    /// <summary>64 bits from a position on.</summary>
    // SAFETY: reads up to SlackBytes behind the position's byte; whoever writes the bits leaves so much room.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Read(byte* bits, int position)
    {
        byte* at = bits + (position >> 3);
        int shift = position & 7;
        return (*(ulong*)at >> shift) | ((ulong)at[8] << 1 << (63 - shift));
    }

    /// <summary>Ors some bits in at a position, behind which all is zero.</summary>
    // SAFETY: as Read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Write(byte* bits, int position, ulong value)
    {
        byte* at = bits + (position >> 3);
        int shift = position & 7;
        *(ulong*)at |= value << shift;
        at[8] |= (byte)(value >> 1 >> (63 - shift));
    }

    /// <summary>The first bytes of a word, up to eight, as a mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong FirstBytes(int count) => count >= 8 ? ulong.MaxValue : (1UL << (8 * count)) - 1;

    /// <summary>Up to eight bytes as a word, the rest of which is zero; reads no more than them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Load(byte* bytes, int count)
    {
        if (count >= 8) return *(ulong*)bytes;
        if (count >= 4) return *(uint*)bytes | ((ulong)*(uint*)(bytes + count - 4) << (8 * (count - 4)));
        if (count >= 2) return *(ushort*)bytes | ((ulong)*(ushort*)(bytes + count - 2) << (8 * (count - 2)));
        return count == 1 ? *bytes : 0UL;
    }

    private static ulong GatherSlowly(ulong word, ulong mask)
    {
        ulong gathered = 0;
        for (int place = 0; mask != 0; place++, mask &= mask - 1)
            gathered |= ((word >> BitOperations.TrailingZeroCount(mask)) & 1) << place;
        return gathered;
    }

    private static ulong SpreadSlowly(ulong bits, ulong mask)
    {
        ulong spread = 0;
        for (; mask != 0; mask &= mask - 1, bits >>= 1)
            spread |= (bits & 1) << BitOperations.TrailingZeroCount(mask);
        return spread;
    }
}
