namespace FastShard.Server.Journaling;

/// <summary>Gives the journal's stream to replicas. Called by the log's thread alone.</summary>
internal interface IJournalFeed
{
    /// <summary>What shards changed, each effect behind its header.</summary>
    void Append(ReadOnlySpan<byte> effects);

    /// <summary>Bytes of the stream as they are.</summary>
    void AppendRaw(ReadOnlySpan<byte> bytes);

    /// <summary>A batch is complete: it may be sent.</summary>
    void Publish();
}
