// Glob patterns as KEYS, SCAN, PSUBSCRIBE and CONFIG GET take them, byte for byte what Redis's stringmatchlen answers:
//
//   *        any bytes, also none        [abc]   one of the bytes        [^a]  any byte but these
//   ?        one byte                    [a-z]   one of a range          \c    the byte c itself
//
// Its odd corners are part of the contract, because clients see them. A class that is not closed ends with the
// pattern. Inside a class a backslash takes the next byte literally, even without case. Ranges compare signed bytes
// and swap their ends if they are the wrong way round. And nothing but the empty pattern matches the empty text:
// callers that want "*" to match an empty key ask MatchesEverything first, as Redis does.
//
// Not recursive: when a match fails only the last * needs another try, so the worst case is pattern times text.

namespace FastShard.Engine.Text;

/// <summary>Matches bytes against a Redis glob pattern.</summary>
public static class GlobPattern
{
    // Where Redis's recursion gives up: a star further down matches nothing, unless it ends the pattern.
    private const int DepthMax = 1000;

    /// <summary>Whether the pattern is the one that callers need not evaluate.</summary>
    public static bool MatchesEverything(ReadOnlySpan<byte> pattern) => pattern is [(byte)'*'];

    /// <summary>Whether the pattern has a special byte; without one it can only match one name.</summary>
    public static bool HasWildcard(ReadOnlySpan<byte> pattern) => pattern.IndexOfAny("*?["u8) >= 0;

    /// <summary>Whether the whole of <paramref name="text"/> fits <paramref name="pattern"/>.</summary>
    public static bool IsMatch(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> text, bool ignoreCase = false)
    {
        if (text.IsEmpty) return pattern.IsEmpty;
        int patternIndex = 0;
        int textIndex = 0;
        int starIndex = -1;
        int starTextIndex = 0;
        int depth = 0;
        while (textIndex < text.Length)
        {
            if (patternIndex < pattern.Length && pattern[patternIndex] == '*')
            {
                while (patternIndex < pattern.Length && pattern[patternIndex] == '*') patternIndex++;
                if (patternIndex == pattern.Length) return true;
                if (++depth > DepthMax) return false;
                starIndex = patternIndex;
                starTextIndex = textIndex;
            }
            else if (patternIndex < pattern.Length
                && MatchOne(pattern, ref patternIndex, text[textIndex], ignoreCase))
            {
                textIndex++;
            }
            else
            {
                if (starIndex < 0) return false;
                patternIndex = starIndex;
                textIndex = ++starTextIndex;
            }
        }
        while (patternIndex < pattern.Length && pattern[patternIndex] == '*') patternIndex++;
        return patternIndex == pattern.Length;
    }

    /// <summary>Matches one element of the pattern, which is not a star, and steps over it.</summary>
    private static bool MatchOne(ReadOnlySpan<byte> pattern, ref int index, byte value, bool ignoreCase)
    {
        switch (pattern[index])
        {
            case (byte)'?':
                index++;
                return true;
            case (byte)'[':
                return MatchClass(pattern, ref index, value, ignoreCase);
            case (byte)'\\' when index + 1 < pattern.Length:
                index++;
                break;
        }
        return AreEqual(pattern[index++], value, ignoreCase);
    }

    private static bool MatchClass(ReadOnlySpan<byte> pattern, ref int index, byte value, bool ignoreCase)
    {
        index++;
        bool negated = index < pattern.Length && pattern[index] == '^';
        if (negated) index++;
        bool found = false;
        while (index < pattern.Length)
        {
            byte current = pattern[index];
            if (current == '\\' && index + 1 < pattern.Length)
            {
                found |= pattern[index + 1] == value;
                index += 2;
            }
            else if (current == ']')
            {
                index++;
                break;
            }
            else if (index + 2 < pattern.Length && pattern[index + 1] == '-')
            {
                found |= IsInRange(current, pattern[index + 2], value, ignoreCase);
                index += 3;
            }
            else
            {
                found |= AreEqual(current, value, ignoreCase);
                index++;
            }
        }
        return found != negated;
    }

    private static bool IsInRange(byte first, byte last, byte value, bool ignoreCase)
    {
        sbyte start = (sbyte)first;
        sbyte end = (sbyte)last;
        if (start > end) (start, end) = (end, start);
        // The case folds after the swap, so that [a-Z] is the empty range that it is in Redis.
        if (!ignoreCase) return (sbyte)value >= start && (sbyte)value <= end;
        sbyte folded = (sbyte)ToLower(value);
        return folded >= (sbyte)ToLower((byte)start) && folded <= (sbyte)ToLower((byte)end);
    }

    private static bool AreEqual(byte left, byte right, bool ignoreCase) =>
        left == right || (ignoreCase && ToLower(left) == ToLower(right));

    private static byte ToLower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? (byte)(value | 0x20) : value;
}
