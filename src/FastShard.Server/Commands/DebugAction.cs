using FastShard.Engine.Commands;

namespace FastShard.Server.Commands;

/// <summary>One subcommand of DEBUG, which Redis documents in its HELP only.</summary>
internal sealed record DebugAction(
    string Name, string Usage, string Summary, int MinArguments, int MaxArguments, CommandHandler Handler);
