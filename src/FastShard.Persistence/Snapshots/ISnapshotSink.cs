namespace FastShard.Persistence.Snapshots;

/// <summary>
/// Where a snapshot's bytes go, in order: a file, a socket, several of them. Called on the writer's thread only, which
/// may wait.
/// </summary>
public interface ISnapshotSink : IDisposable
{
    /// <summary>Before the first byte; null, or what went wrong.</summary>
    string? Open();

    /// <summary>Takes the next bytes; null, or what went wrong. After a failure only Abandon is called.</summary>
    string? Write(ReadOnlySpan<byte> bytes);

    /// <summary>Everything was written: makes it last. Null, or what went wrong.</summary>
    string? Complete();

    /// <summary>The snapshot was cancelled or has failed: leaves nothing behind.</summary>
    void Abandon();
}
