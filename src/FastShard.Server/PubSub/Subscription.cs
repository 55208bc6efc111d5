namespace FastShard.Server.PubSub;

/// <summary>One client's subscription to one topic.</summary>
internal sealed class Subscription(Topic topic, Subscriber subscriber)
{
    public Topic Topic { get; } = topic;

    public Subscriber Subscriber { get; } = subscriber;

    /// <summary>Its place among the topic's listeners.</summary>
    public int Index { get; set; }

    /// <summary>
    /// The client has unsubscribed: what is under way to it is not delivered any more. Changed and read by the holder
    /// of the client's shard.
    /// </summary>
    public bool IsOver { get; set; }
}
