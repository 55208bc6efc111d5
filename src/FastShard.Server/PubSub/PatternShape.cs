namespace FastShard.Server.PubSub;

/// <summary>
/// The literal ends of a glob pattern: whatever fits it begins with the one and ends with the other. In "a\*b?c[xy]de"
/// they are "a*b" and "de". A pattern without a wildcard is all prefix.
/// </summary>
internal readonly struct PatternShape
{
    public PatternShape(ReadOnlySpan<byte> pattern)
    {
        List<byte> run = [];
        byte[]? prefix = null;
        int index = 0;
        while (index < pattern.Length)
        {
            byte current = pattern[index];
            if (current is (byte)'*' or (byte)'?' or (byte)'[')
            {
                prefix ??= [.. run];
                run.Clear();
                index = current == '[' ? EndOfClass(pattern, index) : index + 1;
                continue;
            }
            if (current == '\\' && index + 1 < pattern.Length) index++;
            run.Add(pattern[index++]);
        }
        Prefix = prefix ?? [.. run];
        Suffix = prefix is null ? [] : [.. run];
        Suffix.AsSpan().Reverse();
    }

    public byte[] Prefix { get; }

    /// <summary>The end, its last byte first.</summary>
    public byte[] Suffix { get; }

    // As GlobPattern reads a class, odd corners included.
    private static int EndOfClass(ReadOnlySpan<byte> pattern, int index)
    {
        index++;
        if (index < pattern.Length && pattern[index] == '^') index++;
        while (index < pattern.Length)
        {
            if (pattern[index] == '\\' && index + 1 < pattern.Length) index += 2;
            else if (pattern[index] == ']') return index + 1;
            else if (index + 2 < pattern.Length && pattern[index + 1] == '-') index += 3;
            else index++;
        }
        return index;
    }
}
