namespace FastShard.Memory;

/// <summary>
/// How much one node of a stream holds: stream-node-max-bytes and stream-node-max-entries; 0 = no limit.
/// </summary>
public readonly record struct StreamLimits(long NodeMaxBytes, long NodeMaxEntries)
{
    /// <summary>What a node holds at most, whatever the directives say.</summary>
    internal long Bytes =>
        NodeMaxBytes is <= 0 or > StreamPack.MaxBytes ? StreamPack.MaxBytes : NodeMaxBytes;

    /// <summary>Whether an entry with so much text goes into a new node.</summary>
    internal bool IsFull(ReadOnlySpan<byte> pack, long textBytes)
    {
        if (pack.Length + textBytes >= Bytes) return true;
        return NodeMaxEntries > 0 && StreamPack.Entries(pack) >= NodeMaxEntries;
    }
}
