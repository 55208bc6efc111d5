using System.Text;
using System.Text.Unicode;
using FastShard.Engine.Commands;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;
using FastShard.Server.Statistics;

namespace FastShard.Server.Commands;

/// <summary>What the server's own commands see beyond a plain command's context.</summary>
internal static class ServerAccess
{
    /// <summary>The connection that sent the command.</summary>
    public static Connection Client(this in CommandContext context) => (Connection)context.Session;

    public static FastShardServer Server(this in CommandContext context) => context.Client().Server;

    /// <summary>All shards' statistics as one; every shard is held.</summary>
    public static StatisticsSum Statistics(this FastShardServer server) => new(server.ShardStatistics());

    /// <summary>Each shard's statistics; every shard is held.</summary>
    public static ShardStatistics[] ShardStatistics(this FastShardServer server) =>
        Array.ConvertAll(server.Shards, static (Shard shard) => shard.Statistics);

    /// <summary>An argument as text: UTF-8, or one character a byte where it is not that.</summary>
    public static string Text(this in CommandContext context, int index)
    {
        ReadOnlySpan<byte> bytes = context.Arg(index);
        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes);
    }
}
