namespace FastShard.Server.Configuration.Kinds;

/// <summary>A list of words, written on one line.</summary>
internal sealed class WordsDirective(string name, FieldOf<string[]>? field, string[] defaultValue)
    : FieldDirective<string[]>(name, field, defaultValue)
{
    /// <summary>Why a list is not acceptable, or null.</summary>
    internal Func<string[], string?>? Rule { get; init; }

    internal Func<string[], string[]>? Normalize { get; init; }

    public override bool TakesMany => true;

    public override string ValueText => "words";

    internal override string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append)
    {
        string[] words = arguments is [""] ? [] : arguments.ToArray();
        string? error = Rule?.Invoke(words);
        if (error is null) Value(options) = Normalize is null ? words : Normalize(words);
        return error;
    }

    public override string Format(ServerOptions options) => string.Join(' ', Value(options));

    internal override IEnumerable<string> FormatLines(ServerOptions options)
    {
        string[] words = Value(options);
        string[] quoted = Array.ConvertAll(words, ConfigText.QuoteIfNeeded);
        yield return Name + " " + (words.Length == 0 ? "\"\"" : string.Join(' ', quoted));
    }
}
