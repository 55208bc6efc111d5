namespace FastShard.Server.Configuration.Kinds;

/// <summary>Any text, perhaps with a rule of its own.</summary>
internal sealed class StringDirective(string name, FieldOf<string>? field, string defaultValue)
    : SingleDirective<string>(name, field, defaultValue)
{
    /// <summary>Why a text is not acceptable, or null.</summary>
    internal Func<string, string?>? Rule { get; init; }

    /// <summary>Turns an accepted text into the one that is kept.</summary>
    internal Func<string, string>? Normalize { get; init; }

    public override string ValueText => "text";

    private protected override string? Parse(string text, out string value)
    {
        value = text;
        string? error = Rule?.Invoke(text);
        if (error is null && Normalize is not null) value = Normalize(text);
        return error;
    }

    private protected override string Print(string value) => value;
}
