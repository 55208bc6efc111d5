namespace FastShard.Persistence.Journals;

/// <summary>How the loading of one file ended.</summary>
/// <param name="Status">What came of it.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="ValidBytes">Where what is whole ends: behind the last complete command or transaction.</param>
/// <param name="Error">One line for the log, with the place; null where nothing went wrong.</param>
public readonly record struct AofLoadResult(AofLoadStatus Status, long Bytes, long ValidBytes, string? Error);
