namespace FastShard.Server.Configuration.Kinds;

/// <summary>
/// A number of bytes with Redis's units: k, m, g are powers of 1000, kb, mb, gb powers of 1024. Where a percentage is
/// allowed it is stored as a negative number: -5 is 5%.
/// </summary>
internal sealed class MemoryDirective(string name, FieldOf<long>? field, long defaultValue, long min, long max)
    : SingleDirective<long>(name, field, defaultValue)
{
    internal bool Percent { get; init; }

    public override string ValueText
    {
        get
        {
            string range = min == 0 && max == long.MaxValue ? "bytes"
                : max == long.MaxValue ? $"bytes, at least {MemorySize.Print(min)}"
                : $"bytes, {MemorySize.Print(min)} .. {MemorySize.Print(max)}";
            return Percent ? range + ", or a percentage of maxmemory" : range;
        }
    }

    private protected override string? Parse(string text, out long value)
    {
        value = 0;
        if (Percent && text.EndsWith('%'))
        {
            if (!ConfigText.TryParseInteger(text.AsSpan(..^1), out long percent) || percent < 0) return WrongText;
            if (percent > 100) return "percentage argument must be less or equal to 100";
            value = -percent;
            return null;
        }
        if (!MemorySize.TryParse(text, out ulong bytes)) return WrongText;
        if (bytes < (ulong)min || bytes > (ulong)max) return $"argument must be between {min} and {max} inclusive";
        value = (long)bytes;
        return null;
    }

    private string WrongText =>
        Percent ? "argument must be a memory or percent value" : "argument must be a memory value";

    private protected override string Print(long value) => value < 0 ? $"{-value}%" : value.ToString();

    internal override string FormatForFile(ServerOptions options)
    {
        long value = Read(options);
        return value < 0 ? Print(value) : MemorySize.Print(value);
    }
}
