namespace FastShard.UnitTests.Engine.Text;

/// <summary>
/// The rules of the pattern as plain recursion: every element of the pattern either takes one byte or is a star that
/// takes any number. Slow, and short enough to be seen to be right.
/// </summary>
internal sealed class GlobModel(string pattern, string text, bool ignoreCase)
{
    public bool IsMatch() => text.Length == 0 ? pattern.Length == 0 : Matches(0, 0);

    private bool Matches(int p, int t)
    {
        if (p == pattern.Length) return t == text.Length;
        if (pattern[p] == '*')
        {
            for (int start = t; start <= text.Length; start++)
                if (Matches(p + 1, start)) return true;
            return false;
        }
        if (t == text.Length) return false;
        return Element(p, text[t], out int next) && Matches(next, t + 1);
    }

    private bool Element(int p, char value, out int next)
    {
        next = p + 1;
        if (pattern[p] == '?') return true;
        if (pattern[p] == '[') return Class(p + 1, value, out next);
        if (pattern[p] == '\\' && p + 1 < pattern.Length)
        {
            next = p + 2;
            return Same(pattern[p + 1], value);
        }
        return Same(pattern[p], value);
    }

    private bool Class(int p, char value, out int next)
    {
        bool not = p < pattern.Length && pattern[p] == '^';
        if (not) p++;
        var accepted = new List<Func<char, bool>>();
        while (p < pattern.Length && pattern[p] != ']')
        {
            char first = pattern[p];
            if (first == '\\' && p + 1 < pattern.Length)
            {
                char literal = pattern[p + 1];
                accepted.Add(c => c == literal);
                p += 2;
            }
            else if (p + 2 < pattern.Length && pattern[p + 1] == '-')
            {
                char low = (char)Math.Min(first, pattern[p + 2]);
                char high = (char)Math.Max(first, pattern[p + 2]);
                accepted.Add(c => Fold(c) >= Fold(low) && Fold(c) <= Fold(high));
                p += 3;
            }
            else
            {
                accepted.Add(c => Same(first, c));
                p++;
            }
        }
        next = Math.Min(p + 1, pattern.Length);
        return accepted.Exists(accepts => accepts(value)) != not;
    }

    private bool Same(char left, char right) => Fold(left) == Fold(right);

    private char Fold(char c) => ignoreCase ? char.ToLowerInvariant(c) : c;
}
