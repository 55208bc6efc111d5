namespace FastShard.Server.Saving;

/// <summary>What an end was asked for with.</summary>
/// <param name="Saves">Saves even where no save points are set.</param>
/// <param name="SkipsSave">Does not save.</param>
/// <param name="IsNow">Waits for no replica.</param>
/// <param name="IsForced">Ends though the save fails, or the append-only file cannot be loaded yet.</param>
internal readonly record struct ShutdownTerms(bool Saves, bool SkipsSave, bool IsNow, bool IsForced)
{
    /// <summary>Those of a signal, in the words of shutdown-on-sigint.</summary>
    public static ShutdownTerms Of(string[] words) => new(
        words.Contains("save"), words.Contains("nosave"), words.Contains("now"), words.Contains("force"));
}
