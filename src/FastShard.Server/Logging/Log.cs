// The log of the process. Anyone may write from any thread and never waits; a line below the level costs one
// comparison, so callers that build their text ask IsOn first or use a named event. Named events hold the wording of
// what operators search for; the other methods are for what is said in one place only.

using FastShard.Native.Clocks;

namespace FastShard.Server.Logging;

/// <summary>What the server writes down about itself.</summary>
public static class Log
{
    private static LogWriter? s_writer;
    private static char s_role = 'M';

    /// <summary>The least level that is written; the directive loglevel.</summary>
    public static LogLevel Level { get; set; } = LogLevel.Notice;

    /// <summary>The letter in each line: M for a primary, S for a replica.</summary>
    public static char Role
    {
        get => s_role;
        set
        {
            s_role = value;
            if (s_writer is { } writer) writer.Role = value;
        }
    }

    public static bool IsOn(LogLevel level) => level >= Level;

    /// <summary>
    /// Starts to write to a file, or to standard output for an empty path. Returns null, or why the file cannot be
    /// written; then the log stays as it was. Lines before the first call go to standard error.
    /// </summary>
    public static string? Open(string path)
    {
        if (path.Length > 0 && TestAppend(path) is string error) return error;
        string fullPath = path.Length > 0 ? Path.GetFullPath(path) : "";
        var writer = new LogWriter(() => OpenStream(fullPath)) { Role = s_role };
        writer.Start();
        LogWriter? previous = Interlocked.Exchange(ref s_writer, writer);
        if (previous is null) AppDomain.CurrentDomain.ProcessExit += static (_, _) => Close();
        previous?.Dispose();
        return null;
    }

    /// <summary>Writes what is queued and stops; lines after this go to standard error.</summary>
    public static void Close() => Interlocked.Exchange(ref s_writer, null)?.Dispose();

    public static void Debug(string message) => Write(LogLevel.Debug, message);

    public static void Verbose(string message) => Write(LogLevel.Verbose, message);

    public static void Notice(string message) => Write(LogLevel.Notice, message);

    public static void Warning(string message) => Write(LogLevel.Warning, message);

    public static void ServerStarting(string version, int shards) =>
        Notice($"FastShard {version} is starting, pid={Environment.ProcessId}, shards={shards}");

    public static void ReadyToAccept(string endpoint) => Notice($"Ready to accept connections on {endpoint}");

    public static void ShutdownRequested(string reason) => Warning($"Shutting down: {reason}");

    public static void ShutdownComplete() => Warning("FastShard is now ready to exit, bye bye...");

    public static void ConfigRewritten(string path) => Notice($"CONFIG REWRITE wrote {path}");

    private static void Write(LogLevel level, string message)
    {
        if (!IsOn(level)) return;
        if (Volatile.Read(ref s_writer) is { } writer) writer.Write(level, message);
        else WriteEarly(level, message);
    }

    /// <summary>Before the log is open there are no shards yet that could be held up.</summary>
    private static void WriteEarly(LogLevel level, string message)
    {
        var text = new System.Text.StringBuilder();
        new LogLine(SystemClock.WallMillis(), level, message).AppendTo(text, s_role);
        Console.Error.Write(text.ToString());
    }

    private static Stream OpenStream(string path) => path.Length == 0 ? Console.OpenStandardOutput()
        : new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    private static string? TestAppend(string path)
    {
        try
        {
            OpenStream(path).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"can't open the log file: {exception.Message}";
        }
    }
}
