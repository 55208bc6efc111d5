namespace FastShard.Server.Configuration;

/// <summary>Where a value was written: a file and its line, a variable, an option; and the text there.</summary>
internal sealed record ConfigOrigin(string Place, string Text)
{
    public static ConfigOrigin FileLine(string path, int line, string text) => new($"{path}:{line}", text);
}
