namespace FastShard.Server.Configuration;

/// <summary>Byte counts as Redis writes them: "100", "64k" (64000), "64kb" (65536), "1gb".</summary>
internal static class MemorySize
{
    public static bool TryParse(ReadOnlySpan<char> text, out ulong bytes)
    {
        bytes = 0;
        int digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
        if (digits == 0 || !ulong.TryParse(text[..digits], out ulong number)) return false;
        if (!TryParseUnit(text[digits..], out ulong unit) || number > ulong.MaxValue / unit) return false;
        bytes = number * unit;
        return true;
    }

    /// <summary>The shortest exact form: whole gb, mb or kb where the count is one.</summary>
    public static string Print(long bytes)
    {
        if (bytes != 0)
        {
            if (bytes % (1L << 30) == 0) return $"{bytes >> 30}gb";
            if (bytes % (1L << 20) == 0) return $"{bytes >> 20}mb";
            if (bytes % (1L << 10) == 0) return $"{bytes >> 10}kb";
        }
        return bytes.ToString();
    }

    private static bool TryParseUnit(ReadOnlySpan<char> text, out ulong unit)
    {
        Span<char> lower = stackalloc char[2];
        unit = 0;
        if (text.Length > lower.Length) return false;
        int length = text.ToLowerInvariant(lower);
        unit = lower[..length] switch
        {
            "" or "b" => 1,
            "k" => 1000,
            "kb" => 1UL << 10,
            "m" => 1000 * 1000,
            "mb" => 1UL << 20,
            "g" => 1000 * 1000 * 1000,
            "gb" => 1UL << 30,
            _ => 0,
        };
        return unit != 0;
    }
}
