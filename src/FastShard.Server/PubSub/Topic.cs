namespace FastShard.Server.PubSub;

/// <summary>
/// A channel, a shard channel or a pattern that somebody listens to, with its listeners. Lives while it has any.
/// Touched by the holder of its place: one shard, or all of them (see <see cref="Placing"/>).
/// </summary>
internal sealed class Topic(byte[] name, int place, ITopicOwner owner)
{
    private Subscription[] _listeners = new Subscription[1];
    private int _count;

    /// <summary>The name of the channel, or the pattern.</summary>
    public byte[] Name { get; } = name;

    /// <summary>The shard that keeps it, or <see cref="Placing.Everywhere"/>.</summary>
    public int Place { get; } = place;

    /// <summary>Who listens; among them may be clients that have gone and are not taken off yet.</summary>
    public ReadOnlySpan<Subscription> Listeners => _listeners.AsSpan(0, _count);

    /// <summary>How many clients listen that have not gone.</summary>
    public int CountPresent()
    {
        int present = 0;
        foreach (Subscription listener in Listeners)
        {
            if (!listener.Subscriber.IsGone) present++;
        }
        return present;
    }

    public void Add(Subscription listener)
    {
        if (_count == _listeners.Length) Array.Resize(ref _listeners, _count * 2);
        listener.Index = _count;
        _listeners[_count++] = listener;
    }

    /// <summary>Takes a listener off; without any left the topic leaves its table.</summary>
    public void Remove(Subscription listener)
    {
        Subscription last = _listeners[--_count];
        _listeners[listener.Index] = last;
        last.Index = listener.Index;
        _listeners[_count] = null!;
        if (_count == 0) owner.Drop(this);
        else if (_count < _listeners.Length / 4) Array.Resize(ref _listeners, _listeners.Length / 2);
    }
}
