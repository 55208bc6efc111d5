namespace FastShard.Server.PubSub;

/// <summary>The table that a topic stands in.</summary>
internal interface ITopicOwner
{
    /// <summary>Nobody listens to it any more.</summary>
    void Drop(Topic topic);
}
