// LZF, the compression of texts in RDB. A control byte, and what it says:
//
//   000lllll                    l + 1 bytes follow as they are
//   lllooooo oooooooo           l + 2 bytes that were written before, o + 1 bytes back (l = 1 to 6)
//   111ooooo llllllll oooooooo  the same, l + 9 bytes

namespace FastShard.Persistence.Rdb;

/// <summary>Compresses and expands.</summary>
public static class Lzf
{
    /// <summary>Three bytes come to at most so many.</summary>
    public const int GrowthMax = MatchMax / 3;

    private const int LiteralsMax = 32;
    private const int MatchMin = 3;
    private const int MatchMax = 264;
    private const int DistanceMax = 8192;
    private const int LongMatch = 7;

    private const int TableBitsMin = 8;
    private const int TableBitsMax = 13;

    /// <summary>
    /// Compresses into <paramref name="target"/>; 0 when it does not fit there.
    /// </summary>
    public static int Compress(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int bits = TableBitsMin;
        while (bits < TableBitsMax && 1 << bits < source.Length) bits++;
        // Where the last three bytes of a hash began, and one more: 0 is nowhere.
        Span<int> places = stackalloc int[1 << bits];
        places.Clear();
        int written = 0;
        int literals = 0;
        int at = 0;
        while (at + MatchMin <= source.Length)
        {
            ref int place = ref places[Hash(source, at, bits)];
            int match = place - 1;
            place = at + 1;
            if (match < 0 || at - match > DistanceMax || !IsMatch(source, match, at))
            {
                at++;
                literals++;
                continue;
            }
            if (!TryLiterals(source.Slice(at - literals, literals), target, ref written)) return 0;
            literals = 0;
            int length = MatchLength(source, match, at);
            if (!TryMatch(at - match - 1, length, target, ref written)) return 0;
            at += length;
        }
        literals += source.Length - at;
        if (!TryLiterals(source[^literals..], target, ref written)) return 0;
        return written;
    }

    /// <summary>
    /// Expands; true if the source comes to exactly the length of <paramref name="target"/>.
    /// </summary>
    public static bool TryExpand(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int written = 0;
        int at = 0;
        while (at < source.Length)
        {
            int control = source[at++];
            if (control < LiteralsMax)
            {
                int literals = control + 1;
                if (literals > source.Length - at || literals > target.Length - written) return false;
                source.Slice(at, literals).CopyTo(target[written..]);
                at += literals;
                written += literals;
                continue;
            }
            int length = control >> 5;
            if (length == LongMatch)
            {
                if (at >= source.Length) return false;
                length += source[at++];
            }
            if (at >= source.Length) return false;
            int distance = (((control & 31) << 8) | source[at++]) + 1;
            if (!TryRepeat(target, ref written, distance, length + 2)) return false;
        }
        return written == target.Length;
    }

    private static bool TryRepeat(Span<byte> target, ref int written, int distance, int length)
    {
        if (distance > written || length > target.Length - written) return false;
        int from = written - distance;
        // What is repeated may reach into itself: then it grows by what is there, round by round.
        while (length > 0)
        {
            int part = Math.Min(length, written - from);
            target.Slice(from, part).CopyTo(target[written..]);
            written += part;
            length -= part;
        }
        return true;
    }

    private static bool IsMatch(ReadOnlySpan<byte> source, int match, int at) =>
        source[match] == source[at] && source[match + 1] == source[at + 1] && source[match + 2] == source[at + 2];

    private static int Hash(ReadOnlySpan<byte> source, int at, int bits)
    {
        uint three = (uint)(source[at] | (source[at + 1] << 8) | (source[at + 2] << 16));
        return (int)((three * 2654435761u) >> (32 - bits));
    }

    private static int MatchLength(ReadOnlySpan<byte> source, int match, int at)
    {
        int most = Math.Min(MatchMax, source.Length - at);
        return source.Slice(match, most).CommonPrefixLength(source.Slice(at, most));
    }

    private static bool TryLiterals(ReadOnlySpan<byte> literals, Span<byte> target, ref int written)
    {
        while (!literals.IsEmpty)
        {
            int part = Math.Min(literals.Length, LiteralsMax);
            if (part + 1 > target.Length - written) return false;
            target[written++] = (byte)(part - 1);
            literals[..part].CopyTo(target[written..]);
            written += part;
            literals = literals[part..];
        }
        return true;
    }

    private static bool TryMatch(int distance, int length, Span<byte> target, ref int written)
    {
        if (target.Length - written < 3) return false;
        int told = length - 2;
        int high = distance >> 8;
        if (told < LongMatch)
        {
            target[written++] = (byte)((told << 5) | high);
        }
        else
        {
            target[written++] = (byte)((LongMatch << 5) | high);
            target[written++] = (byte)(told - LongMatch);
        }
        target[written++] = (byte)distance;
        return true;
    }
}
