using FastShard.Engine.Commands;
using FastShard.Persistence.Commands;
using FastShard.Server.Clustering;
using FastShard.Server.Commands;
using FastShard.Server.HotKeys;
using FastShard.Server.Migration;
using FastShard.Server.PubSub;
using FastShard.Server.Replication;
using FastShard.Server.Saving;
using FastShard.Server.Spreading;
using FastShard.Server.Transactions;

namespace FastShard.Server;

/// <summary>The whole command table: the engine's families and the server's own.</summary>
internal static class ServerCommands
{
    public static CommandTable BuildTable() => new(
        [
            .. EngineFamilies.All, DumpCommands.Specs, TransactionCommands.Specs, ConnectionCommands.Specs,
            ClientCommands.Specs, CommandCommands.Specs, ConfigCommands.Specs, InfoCommands.Specs, MemoryCommands.Specs,
            CommandLogCommands.Specs, LatencyCommands.Specs, ProcessCommands.Specs, DebugCommands.Specs,
            LolwutCommands.Specs, SaveCommands.Specs, AofCommands.Specs, ReplicationCommands.Specs,
            RoleCommands.Specs, PublishCommands.Specs, ClusterCommands.Specs, MigrateCommand.Specs,
            SubscribeCommands.Specs, PubSubCommands.Specs, HotKeysCommands.Specs, SpreadCommands.Specs,
        ]);
}
