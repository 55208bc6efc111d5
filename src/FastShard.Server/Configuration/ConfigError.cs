namespace FastShard.Server.Configuration;

/// <summary>One thing that is wrong in a configuration.</summary>
/// <param name="Place">File and line, variable or option.</param>
/// <param name="Text">What stands there; secrets are left out.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record ConfigError(string Place, string Text, string Message)
{
    /// <summary>The error on one line.</summary>
    public override string ToString() =>
        Text.Length == 0 ? $"{Place}: {Message}" : $"{Place}: '{Text}': {Message}";
}
