namespace FastShard.Transport.Pipelines;

/// <summary>
/// A source's place in the reactor's ready queue. A source stands in it at most once, whatever happens to it meanwhile:
/// further events only add their bit. So the queue never grows beyond the sources and never allocates.
/// </summary>
internal sealed class ReadyNode
{
    private readonly ReadyQueue _queue;
    private readonly IReadySource _source;
    private int _events;

    public ReadyNode(ReadyQueue queue, IReadySource source)
    {
        _queue = queue;
        _source = source;
    }

    internal ReadyNode? Next { get; set; }

    /// <summary>Callable from any thread: the source is delivered this event in the next dispatch.</summary>
    public void Raise(ReadyEvents events)
    {
        int before = Interlocked.Or(ref _events, (int)(events | ReadyEvents.Queued));
        if ((before & (int)ReadyEvents.Queued) == 0) _queue.Push(this);
    }

    /// <summary>On the dispatching thread. Events raised from now on queue the source again.</summary>
    internal void Deliver(IReactorHandler handler)
    {
        var events = (ReadyEvents)Interlocked.Exchange(ref _events, 0);
        _source.Deliver(events & ~ReadyEvents.Queued, handler);
    }
}
