using FastShard.Server.Sharding;

namespace FastShard.Server.PubSub;

/// <summary>
/// Subscriptions of gone clients to topics that every shard knows. They end at the ends of a worker's turns, some at a
/// time, while every shard is held.
/// </summary>
internal sealed class Departures
{
    private readonly List<Dictionary<Topic, Subscription>> _waiting = [];

    public bool IsEmpty => _waiting.Count == 0;

    public void Add(Dictionary<Topic, Subscription> left) => _waiting.Add(left);

    /// <summary>Ends some of them.</summary>
    public void RunSome(ShardWorker worker)
    {
        worker.HoldAll(worker.Server.AllShards);
        for (int budget = Limits.DeparturesPerTurn; budget > 0 && _waiting.Count > 0;)
        {
            Dictionary<Topic, Subscription> left = _waiting[^1];
            int share = Math.Min(left.Count, budget);
            budget -= share;
            if (EndSome(left, share) == 0) _waiting.RemoveAt(_waiting.Count - 1);
        }
    }

    /// <summary>Ends up to so many and returns how many are left.</summary>
    public static int EndSome(Dictionary<Topic, Subscription> left, int budget)
    {
        foreach ((Topic topic, Subscription subscription) in left)
        {
            if (budget-- == 0) break;
            topic.Remove(subscription);
            left.Remove(topic); // removing does not disturb the walk
        }
        return left.Count;
    }
}
