namespace FastShard.Memory;

/// <summary>
/// What an index of hashes has to know of the blocks that it refers to. Implemented by empty structs, so that the index
/// is compiled for each kind of block by itself.
/// </summary>
internal unsafe interface IIndexed
{
    /// <summary>Whether compaction may move blocks and bucket arrays.</summary>
    static abstract bool IsMovable { get; }

    /// <summary>The hash by which a block is placed.</summary>
    static abstract ulong HashOf(byte* block);

    /// <summary>Whether a block is that of a key.</summary>
    static abstract bool HasKey(byte* block, ReadOnlySpan<byte> key);
}
