namespace FastShard.Server.Configuration;

/// <summary>Directives of one theme: a chapter of the reference and of the example file.</summary>
internal sealed record DirectiveGroup(string Title, string Introduction, Directive[] Directives)
{
    /// <summary>Those that change what the server does.</summary>
    public Directive[] Effective => Array.FindAll(Directives, static directive => directive.HasEffect);

    /// <summary>Those that are taken for the sake of an existing configuration.</summary>
    public Directive[] Idle => Array.FindAll(Directives, static directive => !directive.HasEffect);
}
