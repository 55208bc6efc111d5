namespace FastShard.Engine.HyperLogLogs;

/// <summary>What raising a register of a sparse HyperLogLog comes to.</summary>
internal enum HllSparseVerdict
{
    /// <summary>The register is that high already.</summary>
    Unchanged,

    /// <summary>Bytes are to be replaced.</summary>
    Changed,

    /// <summary>The runs do not come to the registers.</summary>
    Corrupt,
}
