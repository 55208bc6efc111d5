namespace FastShard.Server.Configuration.Kinds;

/// <summary>yes or no.</summary>
internal sealed class BoolDirective(string name, FieldOf<bool>? field, bool defaultValue)
    : SingleDirective<bool>(name, field, defaultValue)
{
    public override string ValueText => "yes | no";

    private protected override string? Parse(string text, out bool value)
    {
        value = text.Equals("yes", StringComparison.OrdinalIgnoreCase);
        bool known = value || text.Equals("no", StringComparison.OrdinalIgnoreCase);
        return known ? null : "argument must be 'yes' or 'no'";
    }

    private protected override string Print(bool value) => value ? "yes" : "no";
}
