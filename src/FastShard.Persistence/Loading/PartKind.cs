namespace FastShard.Persistence.Loading;

/// <summary>A part of a file.</summary>
internal enum PartKind
{
    /// <summary>It makes no sense.</summary>
    Broken,

    /// <summary>It is not whole yet.</summary>
    Partial,

    /// <summary>Nothing is to be done about it.</summary>
    Passed,

    /// <summary>A key with its value.</summary>
    Key,

    /// <summary>A note about the file.</summary>
    Note,

    /// <summary>A library of functions.</summary>
    Library,

    /// <summary>The end; the checksum follows, from version 5 on.</summary>
    End,
}
