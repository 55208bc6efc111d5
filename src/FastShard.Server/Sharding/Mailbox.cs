namespace FastShard.Server.Sharding;

/// <summary>
/// What other shards left for a shard: many posters, one taker at a time. Posting is one compare-and-swap and no
/// allocation, since the mail carries its own link; taking all is one exchange. Order per poster is kept.
/// </summary>
internal sealed class Mailbox
{
    private Mail? _newest;

    /// <summary>True when nothing waits.</summary>
    public bool IsEmpty => Volatile.Read(ref _newest) is null;

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

    /// <summary>Takes everything, oldest first, linked by <see cref="Mail.Next"/>; null when empty.</summary>
    public Mail? TakeAll()
    {
        if (IsEmpty) return null;
        Mail? mail = Interlocked.Exchange(ref _newest, null);
        Mail? oldest = null;
        while (mail is not null)
        {
            Mail? next = mail.Next;
            mail.Next = oldest;
            oldest = mail;
            mail = next;
        }
        return oldest;
    }
}
