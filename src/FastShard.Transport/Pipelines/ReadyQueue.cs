namespace FastShard.Transport.Pipelines;

/// <summary>
/// Many threads push, the reactor's thread takes everything at once and sleeps while there is nothing. A linked stack
/// with one exchanged head: pushing is one compare-and-swap, taking all is one exchange.
/// </summary>
internal sealed class ReadyQueue : IDisposable
{
    private readonly AutoResetEvent _arrived = new(initialState: false);
    private ReadyNode? _head;
    private int _isWoken;

    public void Push(ReadyNode node)
    {
        ReadyNode? head = Volatile.Read(ref _head);
        while (true)
        {
            node.Next = head;
            ReadyNode? seen = Interlocked.CompareExchange(ref _head, node, head);
            if (seen == head) break;
            head = seen;
        }

        Wake();
    }

    /// <summary>Callable from any thread.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0) _arrived.Set();
    }

    /// <summary>
    /// Waits for a push or a wake and appends what was pushed, oldest first. Returns the number of events, a mere wake
    /// counting as one; 0 after the timeout.
    /// </summary>
    public int Take(List<ReadyNode> into, int timeoutMillis)
    {
        bool isWoken = _arrived.WaitOne(timeoutMillis);

        // Lowered before the look at the list: whoever pushes after the look raises the event again.
        Interlocked.Exchange(ref _isWoken, 0);
        int first = into.Count;
        ReadyNode? node = Interlocked.Exchange(ref _head, null);
        for (; node is not null; node = TakeNext(node)) into.Add(node);
        into.Reverse(first, into.Count - first);
        return isWoken ? Math.Max(1, into.Count) : into.Count;
    }

    public void Dispose() => _arrived.Dispose();

    private static ReadyNode? TakeNext(ReadyNode node)
    {
        ReadyNode? next = node.Next;
        node.Next = null;
        return next;
    }
}
