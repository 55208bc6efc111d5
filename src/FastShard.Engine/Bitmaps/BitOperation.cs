namespace FastShard.Engine.Bitmaps;

/// <summary>What BITOP computes of its sources X, Y1, Y2...</summary>
internal enum BitOperation
{
    And,
    Or,
    Xor,

    /// <summary>~X, of one source.</summary>
    Not,

    /// <summary>X &amp; ~(Y1 | Y2 ...)</summary>
    Diff,

    /// <summary>~X &amp; (Y1 | Y2 ...)</summary>
    Diff1,

    /// <summary>X &amp; (Y1 | Y2 ...)</summary>
    AndOr,

    /// <summary>Set in exactly one of the sources.</summary>
    One,
}
