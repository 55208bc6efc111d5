namespace FastShard.Memory;

/// <summary>What a node of a list is made of.</summary>
internal enum ListNodeKind : byte
{
    /// <summary>A listpack with room at its ends: see <see cref="PackNode"/>.</summary>
    Pack,

    /// <summary>The bytes of one large element.</summary>
    Plain,

    /// <summary>Records of the bits in which the elements differ: see <see cref="DenseNode"/>.</summary>
    Dense,
}
