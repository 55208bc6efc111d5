namespace FastShard.Server.PubSub;

/// <summary>The three kinds of subscription.</summary>
internal enum TopicKind : byte
{
    Channel,
    Pattern,
    ShardChannel,
}
