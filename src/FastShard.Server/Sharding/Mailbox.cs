namespace FastShard.Server.Sharding;

/// <summary>
/// What other shards left for a shard: many posters, one taker at a time. Posting is one compare-and-swap and no
/// allocation, since the mail carries its own link; collecting all is one exchange. Order per poster is kept.
/// </summary>
internal sealed class Mailbox
{
    private Mail? _newest;
    private Mail? _collected;
    private Mail? _lastCollected;

    /// <summary>True when nothing was posted since the last collection.</summary>
    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>Something waits, collected or not; for the holder of the shard.</summary>
    public bool HasMail => _collected is not null || !IsEmpty;

    /// <summary>Leaves a mail. A full fence: a token that is looked at afterwards is looked at later.</summary>
    public void Post(Mail mail)
    {
        Mail? newest = Volatile.Read(ref _newest);
        while (true)
        {
            mail.Next = newest;
            Mail? seen = Interlocked.CompareExchange(ref _newest, mail, newest);
            if (ReferenceEquals(seen, newest)) return;
            newest = seen;
        }
    }

    /// <summary>
    /// Puts what was posted behind what was collected before. What is collected belongs to the shard, not to whoever
    /// collects: if that one has to let the shard go in the midst of it, the next holder goes on where it was.
    /// </summary>
    public void Collect()
    {
        if (IsEmpty) return;
        Mail? mail = Interlocked.Exchange(ref _newest, null);
        Mail? last = mail;
        Mail? oldest = null;
        while (mail is not null)
        {
            Mail? next = mail.Next;
            mail.Next = oldest;
            oldest = mail;
            mail = next;
        }
        if (_collected is null) _collected = oldest;
        else _lastCollected!.Next = oldest;
        _lastCollected = last;
    }

    /// <summary>Takes the oldest of what was collected; null when there is none.</summary>
    public Mail? Take()
    {
        Mail? mail = _collected;
        if (mail is null) return null;
        _collected = mail.Next;
        mail.Next = null;
        return mail;
    }

    /// <summary>Everything that waits, oldest first, linked by <see cref="Mail.Next"/> and left where it is.</summary>
    public Mail? Peek()
    {
        Collect();
        return _collected;
    }
}
