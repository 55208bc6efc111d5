// One directive is one declaration: its name, kind, default, limits and meaning. The configuration file, CONFIG GET,
// SET and REWRITE, the command line, the environment, the help text and the reference in docs/ all derive from it.
//
// A directive keeps its value in a field of ServerOptions that it reaches through a ref-returning accessor, so hot
// paths read plain fields and the table is only touched by cold code. A directive without a field is one that
// FastShard takes for the sake of an existing redis.conf and that changes nothing; saying so is derived from that.

namespace FastShard.Server.Configuration;

/// <summary>One configuration directive, of any kind.</summary>
public abstract class Directive
{
    private protected Directive(string name) => Name = name;

    /// <summary>The name in files, options and CONFIG GET; lower case.</summary>
    public string Name { get; }

    /// <summary>An older or other name of the same directive, accepted everywhere; null when there is none.</summary>
    public string? Alias { get; internal init; }

    public DirectiveFlags Flags { get; internal init; }

    /// <summary>What the directive does, in one sentence.</summary>
    public string Summary { get; internal init; } = "";

    /// <summary>Whether the value is a list, written as several words.</summary>
    public virtual bool TakesMany => false;

    /// <summary>Whether repeated lines of one source add to the value; else the last line wins.</summary>
    public virtual bool Accumulates => false;

    /// <summary>The values that are taken, for the reference: "yes | no", "0 .. 65535".</summary>
    public abstract string ValueText { get; }

    /// <summary>Whether anything in the server reads the value.</summary>
    public bool HasEffect => HasField && !Has(DirectiveFlags.Pending);

    internal abstract bool HasField { get; }

    public bool Has(DirectiveFlags flag) => (Flags & flag) == flag;

    /// <summary>
    /// Parses <paramref name="arguments"/> into the options and returns null, or leaves the options alone and returns
    /// why not, in Redis's words. <paramref name="append"/>: an accumulating value is added to.
    /// </summary>
    internal abstract string? Set(ServerOptions options, ReadOnlySpan<string> arguments, bool append);

    /// <summary>The value as CONFIG GET shows it; <see cref="Set"/> takes it back.</summary>
    public abstract string Format(ServerOptions options);

    /// <summary>The value as a person would write it in a file: whole units, for one.</summary>
    internal virtual string FormatForFile(ServerOptions options) => Format(options);

    /// <summary>The lines that give the directive its present value in a configuration file.</summary>
    internal virtual IEnumerable<string> FormatLines(ServerOptions options)
    {
        yield return $"{Name} {ConfigText.QuoteIfNeeded(FormatForFile(options))}";
    }

    internal abstract void Reset(ServerOptions options);

    /// <summary>The value, to be handed back to <see cref="Restore"/>. Values are never changed in place.</summary>
    internal abstract object? Capture(ServerOptions options);

    internal abstract void Restore(ServerOptions options, object? captured);

    /// <summary>
    /// Why the server cannot honour the value, asked once all sources are merged (a later one may have mended it);
    /// null when it can.
    /// </summary>
    internal Func<ServerOptions, string?>? Refusal { get; init; }

    /// <summary>Whether the value asks for something, so that the lack of an effect deserves a warning.</summary>
    internal virtual bool AsksForSomething(ServerOptions options) => !IsDefault(options);

    public bool IsDefault(ServerOptions options) => Format(options) == DefaultText;

    /// <summary>The default, as CONFIG GET shows it.</summary>
    public string DefaultText => Format(ServerOptions.Defaults);

    /// <summary>The default in the reference, where the real one depends on the machine.</summary>
    internal string? DefaultNote { get; init; }
}
