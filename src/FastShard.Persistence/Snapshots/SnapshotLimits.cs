namespace FastShard.Persistence.Snapshots;

/// <summary>How much a snapshot keeps in memory and does at once.</summary>
internal static class SnapshotLimits
{
    /// <summary>A chunk is handed on when it has so many bytes.</summary>
    public const int ChunkBytes = 128 * 1024;

    /// <summary>
    /// A shard's walk pauses while so many bytes of its chunks wait to be written. What must be copied before a write
    /// comes on top.
    /// </summary>
    public const int WaitingBytesMax = 1024 * 1024;

    /// <summary>Empty chunks kept for reuse.</summary>
    public const int SpareChunks = 16;

    /// <summary>A collection of more elements is written in several steps.</summary>
    public const int StepElements = 512;

    /// <summary>The same of a list, in nodes of some KB.</summary>
    public const int StepNodes = 4;

    /// <summary>Longer texts are not compressed: it would take as much memory again.</summary>
    public const int CompressedTextMax = 16 * 1024 * 1024;

    /// <summary>
    /// Output is handed to the sink in pieces of about this size: a call that stays on a core for less than a
    /// millisecond.
    /// </summary>
    public const int OutputBytes = 256 * 1024;
}
