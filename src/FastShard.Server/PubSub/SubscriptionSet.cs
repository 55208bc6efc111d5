namespace FastShard.Server.PubSub;

/// <summary>One client's subscriptions of one kind, by the place of their topics.</summary>
internal sealed class SubscriptionSet(int shardCount)
{
    // The last one is for topics that are everywhere.
    private readonly Dictionary<Topic, Subscription>?[] _byPlace = new Dictionary<Topic, Subscription>?[shardCount + 1];

    public int Count { get; private set; }

    /// <summary>Subscribes; false when the client already is.</summary>
    public bool TryAdd(Topic topic, Subscriber subscriber)
    {
        Dictionary<Topic, Subscription> place = _byPlace[IndexOf(topic.Place)] ??= [];
        if (place.ContainsKey(topic)) return false;
        Subscription added = new(topic, subscriber);
        place.Add(topic, added);
        topic.Add(added);
        Count++;
        return true;
    }

    /// <summary>Ends a subscription; false when there is none.</summary>
    public bool TryRemove(Topic topic)
    {
        if (_byPlace[IndexOf(topic.Place)] is not { } place) return false;
        if (!place.Remove(topic, out Subscription? removed)) return false;
        removed.IsOver = true;
        topic.Remove(removed);
        Count--;
        return true;
    }

    /// <summary>Some topic of the set; null when it is empty.</summary>
    public Topic? Any()
    {
        foreach (Dictionary<Topic, Subscription>? place in _byPlace)
        {
            if (place is null) continue;
            foreach (Topic topic in place.Keys) return topic;
        }
        return null;
    }

    /// <summary>All topics of the set.</summary>
    public List<Topic> All()
    {
        List<Topic> all = new(Count);
        foreach (Dictionary<Topic, Subscription>? place in _byPlace)
        {
            if (place is not null) all.AddRange(place.Keys);
        }
        return all;
    }

    /// <summary>Hands the subscriptions of one place over to whoever ends them; the client has gone.</summary>
    public Dictionary<Topic, Subscription>? Take(int place)
    {
        Dictionary<Topic, Subscription>? taken = _byPlace[IndexOf(place)];
        _byPlace[IndexOf(place)] = null;
        Count -= taken?.Count ?? 0;
        return taken;
    }

    private int IndexOf(int place) => place == Placing.Everywhere ? _byPlace.Length - 1 : place;
}
