namespace FastShard.Persistence.Journals;

/// <summary>
/// Loads the snapshot that a file begins with. Null and the place behind it, or what is wrong with it in one line.
/// </summary>
public delegate string? SnapshotLoad(string path, out long end);
