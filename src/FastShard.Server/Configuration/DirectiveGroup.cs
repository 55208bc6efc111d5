namespace FastShard.Server.Configuration;

/// <summary>Directives of one theme: a chapter of the reference and of the example file.</summary>
internal sealed record DirectiveGroup(string Title, string Introduction, Directive[] Directives);
