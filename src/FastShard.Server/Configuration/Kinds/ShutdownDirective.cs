namespace FastShard.Server.Configuration.Kinds;

/// <summary>How a signal shuts the server down: default, or any of save, nosave, now and force.</summary>
internal sealed class ShutdownDirective(string name, FieldOf<string[]> field)
    : FieldDirective<string[]>(name, field, ["default"])
{
    private static readonly string[] Words = ["default", "save", "nosave", "now", "force"];

    public override bool TakesMany => true;

    public override string ValueText => "default, or some of save, nosave, now, force";

    internal override string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append)
    {
        string[] given = Array.ConvertAll(arguments.ToArray(), static word => word.ToLowerInvariant());
        if (given.Length == 0 || !Array.TrueForAll(given, static word => Array.IndexOf(Words, word) >= 0))
            return "argument(s) must be one of the following: " + string.Join(", ", Words);
        if (Array.IndexOf(given, "save") >= 0 && Array.IndexOf(given, "nosave") >= 0)
            return "shutdown options SAVE and NOSAVE can't be used simultaneously";
        // "default" is the empty set of flags, so it adds nothing to others.
        string[] flags = Array.FindAll(Words, word => word != Words[0] && Array.IndexOf(given, word) >= 0);
        Value(options) = flags.Length > 0 ? flags : [Words[0]];
        return null;
    }

    public override string Format(ServerOptions options) => string.Join(' ', Value(options));

    internal override IEnumerable<string> FormatLines(ServerOptions options)
    {
        yield return $"{Name} {Format(options)}";
    }
}
