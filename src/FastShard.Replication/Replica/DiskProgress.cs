namespace FastShard.Replication.Replica;

/// <summary>
/// How much of the stream a replica has on its disk, in the terms of its own log: what was applied up to a place was
/// posted up to a ticket, and the log tells up to which ticket all is on the disk.
/// </summary>
public sealed class DiskProgress
{
    // With a disk that stands still the latest places are enough.
    private const int WaitingMax = 64;

    private readonly Queue<(long Ticket, long Offset)> _waiting = new();

    /// <summary>Bytes of the stream that are on the disk; -1 = none that is known.</summary>
    public long Offset { get; private set; } = -1;

    /// <summary>Something is known to be on its way.</summary>
    public bool IsBehind => _waiting.Count > 0;

    /// <summary>Another stream.</summary>
    public void Restart()
    {
        _waiting.Clear();
        Offset = -1;
    }

    /// <summary>All up to a place in the stream was posted up to a ticket.</summary>
    public void NotePosted(long ticket, long offset)
    {
        if (_waiting.Count < WaitingMax) _waiting.Enqueue((ticket, offset));
    }

    /// <summary>All up to a ticket is on the disk. True when that is news.</summary>
    public bool NoteSynced(long ticket)
    {
        bool isNews = false;
        while (_waiting.TryPeek(out (long Ticket, long Offset) first) && first.Ticket <= ticket)
        {
            Offset = first.Offset;
            isNews = true;
            _ = _waiting.Dequeue();
        }
        return isNews;
    }
}
