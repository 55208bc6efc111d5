using System.Runtime.Intrinsics;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>
/// Registers of 6 bits one after the other, the lowest bits first. All at once they are worked on as bytes, 16 at a
/// time: 12 bytes are four groups of three, and a group of three bytes is four registers.
/// </summary>
internal static class HllDense
{
    private const int GroupBytes = 12;
    private const int GroupRegisters = 16;

    // Four bytes in front of a group are loaded with it, so that the last load does not pass the end of the registers:
    // in front of them there is a header.
    private const int Lead = 4;

    private static Vector128<byte> Spread =>
        Vector128.Create((byte)4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255, 13, 14, 15, 255);

    private static Vector128<byte> Gather =>
        Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);

    /// <summary>Raises a register; false if it was that high already.</summary>
    public static bool Raise(Span<byte> value, int index, int rank)
    {
        int bit = index * 6;
        Span<byte> place = value[(HllFormat.HeaderBytes + (bit >> 3))..];
        int shift = bit & 7;
        // A register lies in one byte or in two; the last one in one.
        if (shift <= 2)
        {
            if (((place[0] >> shift) & 63) >= rank) return false;
            place[0] = (byte)((place[0] & ~(63 << shift)) | (rank << shift));
            return true;
        }
        int pair = place[0] | (place[1] << 8);
        if (((pair >> shift) & 63) >= rank) return false;
        pair = (pair & ~(63 << shift)) | (rank << shift);
        place[0] = (byte)pair;
        place[1] = (byte)(pair >> 8);
        return true;
    }

    /// <summary>Raises each of 16384 byte registers to what the dense <paramref name="value"/> has.</summary>
    public static void MergeInto(ReadOnlySpan<byte> value, Span<byte> registers)
    {
        int at = HllFormat.HeaderBytes - Lead;
        for (int index = 0; index < HllFormat.RegisterCount; index += GroupRegisters, at += GroupBytes)
        {
            Vector128<uint> groups = Vector128.Shuffle(Vector128.Create(value.Slice(at, 16)), Spread).AsUInt32();
            Vector128<uint> spread = (groups & Vector128.Create(0x3Fu))
                | ((groups & Vector128.Create(0xFC0u)) << 2)
                | ((groups & Vector128.Create(0x3F000u)) << 4)
                | ((groups & Vector128.Create(0xFC0000u)) << 6);
            Span<byte> target = registers.Slice(index, GroupRegisters);
            Vector128.Max(spread.AsByte(), Vector128.Create<byte>(target)).CopyTo(target);
        }
    }

    /// <summary>Writes byte registers as dense ones, behind the header of <paramref name="value"/>.</summary>
    public static void Pack(ReadOnlySpan<byte> registers, Span<byte> value)
    {
        Span<byte> group = stackalloc byte[16];
        int at = HllFormat.HeaderBytes;
        for (int index = 0; index < HllFormat.RegisterCount; index += GroupRegisters, at += GroupBytes)
        {
            Vector128<uint> spread = Vector128.Create(registers.Slice(index, GroupRegisters)).AsUInt32();
            Vector128<uint> packed = (spread & Vector128.Create(0x3Fu))
                | ((spread >> 2) & Vector128.Create(0xFC0u))
                | ((spread >> 4) & Vector128.Create(0x3F000u))
                | ((spread >> 6) & Vector128.Create(0xFC0000u));
            Vector128.Shuffle(packed.AsByte(), Gather).CopyTo(group);
            group[..GroupBytes].CopyTo(value[at..]);
        }
    }
}
