using System.Text;

namespace FastShard.Server.Logging;

/// <summary>One event on its way to the log; the time is in milliseconds since 1970.</summary>
internal readonly record struct LogLine(long TimeMillis, LogLevel Level, string Message)
{
    /// <summary>Redis's shape, in local time: "1234:M 21 Nov 2026 22:45:29.123 * message".</summary>
    public void AppendTo(StringBuilder text, char role)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(TimeMillis).ToLocalTime();
        text.Append($"{Environment.ProcessId}:{role} {time:dd MMM yyyy HH:mm:ss.fff} {SignOf(Level)} {Message}\n");
    }

    private static char SignOf(LogLevel level) => level switch
    {
        LogLevel.Debug => '.',
        LogLevel.Verbose => '-',
        LogLevel.Notice => '*',
        _ => '#',
    };
}
