// The messages: PUBLISH and SPUBLISH run on the shard of their channel, like a command of one key.

using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;

namespace FastShard.Server.PubSub;

internal static class PublishCommands
{
    private const CommandFlags Publishing =
        CommandFlags.PubSub | CommandFlags.Loading | CommandFlags.Stale | CommandFlags.Fast
        | CommandFlags.MayReplicate;

    // A shorter message is copied to each receiver.
    private const int SharedBytes = 64 * 1024;

    public static readonly CommandSpec[] Specs =
    [
        new("PUBLISH", 3, Publishing, static (ref CommandContext context) => Publish(ref context, isSharded: false))
        {
            Group = CommandGroup.PubSub,
            Since = "2.0.0",
            Complexity = "O(N) where N is the number of receivers.",
            Summary = "Posts a message to a channel.",
            Syntax = "channel message",
            Needs = Placement.Channel,
        },
        new("SPUBLISH", 3, Publishing, static (ref CommandContext context) => Publish(ref context, isSharded: true))
        {
            Group = CommandGroup.PubSub,
            Since = "7.0.0",
            Complexity = "O(N) where N is the number of receivers.",
            Summary = "Posts a message to a shard channel.",
            Syntax = "shardchannel message",
            Needs = Placement.Channel,
            Keys = [KeySpec.At(1, KeyAccess.NotKey)],
        },
    ];

    private static void Publish(ref CommandContext context, bool isSharded)
    {
        ReadOnlySpan<byte> channel = context.Arg(1);
        ReadOnlySpan<byte> message = context.Arg(2);
        FastShardServer server = context.Server();
        Shard place = server.PubSub.HomeOf(channel);
        // Whoever listens at a replica hears it there, in its place among the writes; nodes of a cluster tell all.
        if (server.Cluster is { } cluster) cluster.Publish(isSharded, channel, message);
        else if (server.Replication.NeedsEffects) place.Keyspace.Effects.Relay(context);
        ShardPubSub home = place.PubSub;
        Blob blob = default;
        if (context.Arguments.IsBlob(2) && message.Length > SharedBytes) blob = context.Arguments.TakeBlob(2);
        Payload payload = blob.IsNull ? new Payload(message) : new Payload(blob);
        int receivers = isSharded ? home.PublishToShardChannel(channel, payload) : home.Publish(channel, payload);
        if (!blob.IsNull) blob.Release();
        context.Reply.Integer(receivers);
    }
}
