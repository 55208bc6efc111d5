namespace FastShard.SystemTests.Clustering.Clients;

/// <summary>What a writer says at its end.</summary>
/// <param name="Acknowledged">Writes that were answered with OK.</param>
/// <param name="Errors">Writes that were answered with an error, or not at all.</param>
/// <param name="Wrong">Acknowledged keys that held something else than what was written.</param>
/// <param name="Lost">When those were acknowledged that were not there any more; milliseconds since 1970.</param>
/// <param name="Longest">The longest time between two acknowledgements, milliseconds.</param>
/// <param name="Kinds">The errors, by what they are.</param>
internal sealed record WriterReport(
    int Acknowledged, int Errors, int Wrong, long[] Lost, long Longest, string Kinds);
