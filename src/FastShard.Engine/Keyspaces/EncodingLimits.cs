namespace FastShard.Engine.Keyspaces;

/// <summary>
/// Up to which size small collections are kept packed: the directives of the same names. One object for all shards;
/// changed only while all of them are held.
/// </summary>
public sealed class EncodingLimits
{
    /// <summary>hash-max-listpack-entries: fields.</summary>
    public long HashMaxListpackEntries { get; set; } = 512;

    /// <summary>hash-max-listpack-value: bytes of a field or value.</summary>
    public long HashMaxListpackValue { get; set; } = 64;

    /// <summary>list-max-listpack-size: elements of a node, or with -1 to -5 4 KB to 64 KB of it.</summary>
    public int ListMaxListpackSize { get; set; } = -2;

    /// <summary>list-compress-depth: nodes at either end that are not compressed; 0 = none is.</summary>
    public int ListCompressDepth { get; set; }

    /// <summary>set-max-intset-entries: members.</summary>
    public long SetMaxIntsetEntries { get; set; } = 512;

    /// <summary>set-max-listpack-entries: members.</summary>
    public long SetMaxListpackEntries { get; set; } = 128;

    /// <summary>set-max-listpack-value: bytes of a member.</summary>
    public long SetMaxListpackValue { get; set; } = 64;

    /// <summary>zset-max-listpack-entries: members.</summary>
    public long SortedSetMaxListpackEntries { get; set; } = 128;

    /// <summary>zset-max-listpack-value: bytes of a member.</summary>
    public long SortedSetMaxListpackValue { get; set; } = 64;

    /// <summary>stream-node-max-bytes: bytes of a node, 0 = no limit.</summary>
    public long StreamNodeMaxBytes { get; set; } = 4096;

    /// <summary>stream-node-max-entries: entries of a node, 0 = no limit.</summary>
    public long StreamNodeMaxEntries { get; set; } = 100;

    /// <summary>stream-idmp-duration: seconds that a new stream knows idempotent ids.</summary>
    public int StreamIdmpDuration { get; set; } = 100;

    /// <summary>stream-idmp-maxsize: idempotent ids of each producer that a new stream knows.</summary>
    public int StreamIdmpMaxSize { get; set; } = 100;

    /// <summary>hll-sparse-max-bytes: bytes of a HyperLogLog that is kept sparse.</summary>
    public long HllSparseMaxBytes { get; set; } = 3000;
}
