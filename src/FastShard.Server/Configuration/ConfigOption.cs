namespace FastShard.Server.Configuration;

/// <summary>One --name value... of the command line.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Text">As it was written, for errors.</param>
internal sealed record ConfigOption(string Name, IReadOnlyList<string> Values, string Text);
