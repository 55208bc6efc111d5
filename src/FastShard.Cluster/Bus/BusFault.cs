namespace FastShard.Cluster.Bus;

/// <summary>Why a packet was refused.</summary>
public enum BusFault
{
    None,

    /// <summary>Shorter than its header, or not as long as it says.</summary>
    Truncated,

    /// <summary>Not a packet of the bus.</summary>
    Signature,

    /// <summary>Another version of the bus.</summary>
    Version,

    /// <summary>A type that is not known.</summary>
    Type,

    /// <summary>The length is not what type and counts make.</summary>
    Length,

    /// <summary>A name that is none.</summary>
    Name,

    /// <summary>An address that is none.</summary>
    Address,

    /// <summary>An extension that does not fit, or is not padded.</summary>
    Extension,
}
