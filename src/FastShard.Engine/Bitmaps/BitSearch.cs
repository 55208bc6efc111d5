using System.Numerics;

namespace FastShard.Engine.Bitmaps;

/// <summary>Finds the first set or clear bit.</summary>
internal static class BitSearch
{
    /// <summary>
    /// Position of the first bit of the wanted value among the bits <paramref name="first"/> to
    /// <paramref name="last"/>, both inclusive; -1 when there is none.
    /// </summary>
    public static long Find(ReadOnlySpan<byte> bytes, bool wanted, long first, long last)
    {
        int index = (int)(first >> 3);
        int end = (int)(last >> 3) + 1;
        int candidates = Candidates(bytes[index], wanted) & (0xFF >> (int)(first & 7));
        if (candidates == 0)
        {
            byte skipped = wanted ? (byte)0x00 : (byte)0xFF;
            int distance = bytes[(index + 1)..end].IndexOfAnyExcept(skipped);
            if (distance < 0) return -1;
            index += 1 + distance;
            candidates = Candidates(bytes[index], wanted);
        }
        long position = (index * 8L) + BitOperations.LeadingZeroCount((uint)candidates) - 24;
        return position <= last ? position : -1;
    }

    private static int Candidates(byte value, bool wanted) => wanted ? value : value ^ 0xFF;
}
