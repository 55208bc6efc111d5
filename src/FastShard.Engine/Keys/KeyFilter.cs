using System.Text;
using FastShard.Engine.Text;
using FastShard.Memory;

namespace FastShard.Engine.Keys;

/// <summary>Which keys KEYS and SCAN return: those that fit a pattern and, if asked, hold one type.</summary>
internal readonly ref struct KeyFilter
{
    private readonly ReadOnlySpan<byte> _pattern;
    private readonly ReadOnlySpan<byte> _type;
    private readonly bool _takesAll;

    /// <summary>A filter by pattern and by type name; an empty type is any.</summary>
    public KeyFilter(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> type)
    {
        _pattern = pattern;
        _type = type;
        _takesAll = GlobPattern.MatchesEverything(pattern);
    }

    /// <summary>Whether the key is returned.</summary>
    public bool Accepts(in Entry entry) =>
        (_takesAll || GlobPattern.IsMatch(_pattern, entry.Key))
        && (_type.IsEmpty || Ascii.EqualsIgnoreCase(_type, TypeNames.Of(entry.Type)));

    /// <summary>
    /// The slot of all keys that can fit a pattern, if its hash tag stands before any wildcard; -1 if they may be
    /// anywhere.
    /// </summary>
    public static int SlotOf(ReadOnlySpan<byte> pattern)
    {
        int open = -1;
        for (int index = 0; index < pattern.Length; index++)
        {
            byte letter = pattern[index];
            if ("*?[\\"u8.Contains(letter)) return -1;
            if (letter == '{' && open < 0) open = index;
            // An empty tag is none: the whole key counts then, and the rest of it is not known.
            else if (letter == '}' && open >= 0) return index == open + 1 ? -1 : KeySlot.Of(pattern[..(index + 1)]);
        }
        return KeySlot.Of(pattern);
    }
}
