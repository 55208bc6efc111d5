namespace FastShard.Persistence.Snapshots;

/// <summary>How a snapshot is written.</summary>
public sealed record SnapshotSettings
{
    /// <summary>The version to write; a newer one is taken where a hash has fields with deadlines.</summary>
    public required int Version { get; init; }

    /// <summary>Texts are compressed where that makes them shorter.</summary>
    public bool Compresses { get; init; } = true;

    /// <summary>The checksum is computed; else 0 is written in its place.</summary>
    public bool HasChecksum { get; init; } = true;

    /// <summary>What is told of how keys are used.</summary>
    public UsageNotes Usage { get; init; }

    /// <summary>
    /// Microseconds that the writer waits for each key, or minus so many keys to each microsecond: for tests of saving.
    /// </summary>
    public int KeyDelayMicros { get; init; }

    /// <summary>Names and values about the file, in this order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Notes { get; init; } = [];

    /// <summary>
    /// More of them, that are not known at the cut yet: asked for on the writer's thread, which may wait for them.
    /// </summary>
    public Func<IReadOnlyList<KeyValuePair<string, string>>>? LateNotes { get; init; }

    /// <summary>Libraries of functions to write back.</summary>
    public IReadOnlyList<byte[]> Functions { get; init; } = [];
}
