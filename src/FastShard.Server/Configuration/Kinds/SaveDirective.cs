namespace FastShard.Server.Configuration.Kinds;

/// <summary>Pairs of seconds and changes; "" for none. Lines of one source add up, and "" starts over.</summary>
internal sealed class SaveDirective(string name, FieldOf<SavePoint[]> field, SavePoint[] defaultValue)
    : FieldDirective<SavePoint[]>(name, field, defaultValue)
{
    public override bool TakesMany => true;

    public override bool Accumulates => true;

    public override string ValueText => "pairs of seconds and changes, or \"\"";

    internal override string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append)
    {
        if (arguments.IsEmpty || arguments is [""])
        {
            Value(options) = [];
            return null;
        }
        if (arguments.Length % 2 != 0) return "Invalid save parameters";
        List<SavePoint> points = append ? [.. Value(options)] : [];
        for (int i = 0; i < arguments.Length; i += 2)
        {
            if (!ConfigText.TryParseInteger(arguments[i], out long seconds) || seconds < 1
                || !ConfigText.TryParseInteger(arguments[i + 1], out long changes) || changes is < 0 or > int.MaxValue)
            {
                return "Invalid save parameters";
            }
            points.Add(new SavePoint(seconds, (int)changes));
        }
        Value(options) = [.. points];
        return null;
    }

    public override string Format(ServerOptions options) =>
        string.Join(' ', Array.ConvertAll(Value(options), static point => $"{point.Seconds} {point.Changes}"));

    internal override IEnumerable<string> FormatLines(ServerOptions options)
    {
        SavePoint[] points = Value(options);
        // The empty value first: without it the points would add to those of an included file.
        yield return $"{Name} \"\"";
        foreach (SavePoint point in points) yield return $"{Name} {point.Seconds} {point.Changes}";
    }

    // Switching snapshots off asks for nothing.
    internal override bool AsksForSomething(ServerOptions options) => Value(options).Length > 0 && !IsDefault(options);
}
