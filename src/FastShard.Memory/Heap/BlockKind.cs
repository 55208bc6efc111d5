namespace FastShard.Memory.Heap;

/// <summary>
/// What the blocks of a page are. Kinds never share a page, so that compaction knows what it moves.
/// </summary>
internal enum BlockKind
{
    /// <summary>Keys with their values. The index holds the only reference: they can move.</summary>
    Entry = 0,

    /// <summary>Bucket arrays. A slot or a directory holds the only pointer: they can move.</summary>
    Index = 1,

    /// <summary>Anything else; stays where it is.</summary>
    Structure = 2,
}
