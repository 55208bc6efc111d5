using FastShard.Engine.Commands;
using FastShard.Server.Transactions;

namespace FastShard.Server;

/// <summary>The whole command table: the engine's families and the server's own.</summary>
internal static class ServerCommands
{
    public static CommandTable BuildTable() => new(
        [.. EngineFamilies.All, TransactionCommands.Specs]);
}
