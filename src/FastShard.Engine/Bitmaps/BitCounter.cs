using System.Buffers.Binary;
using System.Numerics;

namespace FastShard.Engine.Bitmaps;

/// <summary>Counts set bits.</summary>
internal static class BitCounter
{
    private const int StepBytes = 32;

    /// <summary>Set bits in all the bytes. Four words a step keep the popcount unit busy at memory speed.</summary>
    public static long Count(ReadOnlySpan<byte> bytes)
    {
        long total = 0;
        while (bytes.Length >= StepBytes)
        {
            ReadOnlySpan<byte> step = bytes[..StepBytes];
            total += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(step))
                + BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(step[8..]))
                + BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(step[16..]))
                + BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(step[24..]));
            bytes = bytes[StepBytes..];
        }
        foreach (byte rest in bytes) total += BitOperations.PopCount(rest);
        return total;
    }

    /// <summary>Set bits among the bits <paramref name="first"/> to <paramref name="last"/>, both inclusive.</summary>
    public static long Count(ReadOnlySpan<byte> bytes, long first, long last)
    {
        int firstByte = (int)(first >> 3);
        int lastByte = (int)(last >> 3);
        long total = Count(bytes[firstByte..(lastByte + 1)]);
        // Bit 0 of a bitmap is the highest of its byte: what lies before the range is above, what lies after is below.
        int before = bytes[firstByte] & ~(0xFF >> (int)(first & 7));
        int after = bytes[lastByte] & ((1 << (7 - (int)(last & 7))) - 1);
        return total - BitOperations.PopCount((uint)before & 0xFF) - BitOperations.PopCount((uint)after);
    }
}
