namespace FastShard.Server.Configuration.Kinds;

/// <summary>One of a list of words.</summary>
internal sealed class EnumDirective<T>(string name, FieldOf<T>? field, T defaultValue, (string Word, T Value)[] choices)
    : SingleDirective<T>(name, field, defaultValue)
    where T : struct, Enum
{
    public override string ValueText => string.Join(" | ", Words);

    private string[] Words => Array.ConvertAll(choices, static choice => choice.Word);

    private protected override string? Parse(string text, out T value)
    {
        foreach ((string word, T choice) in choices)
        {
            if (!word.Equals(text, StringComparison.OrdinalIgnoreCase)) continue;
            value = choice;
            return null;
        }
        value = default;
        return "argument(s) must be one of the following: " + string.Join(", ", Words);
    }

    private protected override string Print(T value)
    {
        foreach ((string word, T choice) in choices)
            if (EqualityComparer<T>.Default.Equals(choice, value)) return word;
        return "unknown";
    }
}
