namespace FastShard.Server.Configuration.Kinds;

/// <summary>One of a list of words, kept as the word: for directives that nothing reads yet.</summary>
internal sealed class ChoiceDirective(string name, string defaultValue, string[] choices)
    : SingleDirective<string>(name, null, defaultValue)
{
    public override string ValueText => string.Join(" | ", choices);

    private protected override string? Parse(string text, out string value)
    {
        value = text.ToLowerInvariant();
        return Array.IndexOf(choices, value) >= 0 ? null
            : "argument(s) must be one of the following: " + string.Join(", ", choices);
    }

    private protected override string Print(string value) => value;
}
