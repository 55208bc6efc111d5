namespace FastShard.Persistence.Objects;

/// <summary>Where the deadlines of a hash's fields are told.</summary>
internal enum HashForm
{
    /// <summary>There are none.</summary>
    Plain,

    /// <summary>In front of each field its distance from the first deadline, plus 1.</summary>
    Distances,

    /// <summary>In front of each field its time.</summary>
    Times,

    /// <summary>Behind each value its time, or -1.</summary>
    Valkey,
}
