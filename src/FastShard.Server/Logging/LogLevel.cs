namespace FastShard.Server.Logging;

/// <summary>How much a log line matters; the log shows lines of its own level and above.</summary>
public enum LogLevel
{
    Debug,
    Verbose,
    Notice,
    Warning,

    /// <summary>Shows nothing; no line has this level.</summary>
    Nothing,
}
