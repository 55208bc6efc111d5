using FastShard.Memory;

namespace FastShard.Server.Journaling;

/// <summary>Keeps the journal's stream. Called by the log's thread alone, but for what says otherwise.</summary>
internal interface IJournalSink
{
    /// <summary>
    /// Writes bytes of the stream, whose last is of <paramref name="ticket"/>, and drops from the buffer what needs not
    /// come again; the rest comes again with the next call.
    /// </summary>
    void Write(NativeBuffer bytes, long ticket);

    /// <summary>Everything up to this ticket is on the disk.</summary>
    long SyncedTicket { get; }

    /// <summary>What keeps it from writing, for refusals of writes; null while it can. Any thread.</summary>
    string? Error { get; }

    /// <summary>There is a file; what is given is dropped else.</summary>
    bool Keeps { get; }

    /// <summary>Something is written and not yet on the disk, and there will be a time to force it there.</summary>
    bool HasUnsynced { get; }
}
