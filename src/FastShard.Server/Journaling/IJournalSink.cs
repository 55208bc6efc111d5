using FastShard.Memory;

namespace FastShard.Server.Journaling;

/// <summary>Keeps the journal's stream. Called by the log's thread alone, but for what says otherwise.</summary>
internal interface IJournalSink
{
    /// <summary>
    /// Writes bytes of the stream and drops from the buffer what is kept safely; the rest comes again with the next
    /// call. True when everything that was ever given is on the disk.
    /// </summary>
    bool Write(NativeBuffer bytes);

    /// <summary>What keeps it from writing, for refusals of writes; null while it can. Any thread.</summary>
    string? Error { get; }

    /// <summary>There is a file; what is given is dropped else.</summary>
    bool Keeps { get; }

    /// <summary>Something is written and not yet on the disk, and there will be a time to force it there.</summary>
    bool HasUnsynced { get; }
}
