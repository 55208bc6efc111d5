namespace FastShard.Server.Configuration.Kinds;

/// <summary>Groups of class, hard limit, soft limit and seconds; other classes keep their limits.</summary>
internal sealed class OutputBufferDirective(string name, FieldOf<OutputBufferLimits> field)
    : FieldDirective<OutputBufferLimits>(name, field, OutputBufferLimits.Default)
{
    public override bool TakesMany => true;

    public override string ValueText => "normal | replica | pubsub, hard bytes, soft bytes, soft seconds";

    internal override string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append)
    {
        if (arguments.IsEmpty || arguments.Length % 4 != 0)
            return "Wrong number of arguments in buffer limit configuration.";
        OutputBufferLimits limits = Value(options);
        for (int i = 0; i < arguments.Length; i += 4)
        {
            if (!IsClass(arguments[i])) return "Invalid client class specified in buffer limit configuration.";
            if (!TryParseLimit(arguments.Slice(i + 1, 3), out OutputBufferLimit limit))
                return "Error in hard, soft or soft_seconds setting in buffer limit configuration.";
            limits = arguments[i].ToLowerInvariant() switch
            {
                "normal" => limits with { Normal = limit },
                "pubsub" => limits with { PubSub = limit },
                _ => limits with { Replica = limit },
            };
        }
        Value(options) = limits;
        return null;
    }

    public override string Format(ServerOptions options)
    {
        OutputBufferLimits limits = Value(options);
        return $"normal {Print(limits.Normal)} slave {Print(limits.Replica)} pubsub {Print(limits.PubSub)}";
    }

    internal override IEnumerable<string> FormatLines(ServerOptions options)
    {
        OutputBufferLimits limits = Value(options);
        yield return $"{Name} normal {PrintUnits(limits.Normal)}";
        yield return $"{Name} replica {PrintUnits(limits.Replica)}";
        yield return $"{Name} pubsub {PrintUnits(limits.PubSub)}";
    }

    private static bool IsClass(string text) =>
        text.ToLowerInvariant() is "normal" or "replica" or "slave" or "pubsub";

    private static bool TryParseLimit(ReadOnlySpan<string> words, out OutputBufferLimit limit)
    {
        limit = default;
        if (!MemorySize.TryParse(words[0], out ulong hard) || hard > long.MaxValue) return false;
        if (!MemorySize.TryParse(words[1], out ulong soft) || soft > long.MaxValue) return false;
        if (!ConfigText.TryParseInteger(words[2], out long seconds) || seconds is < 0 or > int.MaxValue) return false;
        limit = new OutputBufferLimit((long)hard, (long)soft, (int)seconds);
        return true;
    }

    private static string Print(OutputBufferLimit limit) =>
        $"{limit.HardBytes} {limit.SoftBytes} {limit.SoftSeconds}";

    private static string PrintUnits(OutputBufferLimit limit) =>
        $"{MemorySize.Print(limit.HardBytes)} {MemorySize.Print(limit.SoftBytes)} {limit.SoftSeconds}";
}
