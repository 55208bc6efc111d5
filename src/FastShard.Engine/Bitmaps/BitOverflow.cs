namespace FastShard.Engine.Bitmaps;

/// <summary>What BITFIELD does with a number that does not fit its type.</summary>
internal enum BitOverflow
{
    /// <summary>Keeps its low bits.</summary>
    Wrap,

    /// <summary>Takes the nearest value of the type.</summary>
    Saturate,

    /// <summary>Changes nothing and replies nil.</summary>
    Fail,
}
