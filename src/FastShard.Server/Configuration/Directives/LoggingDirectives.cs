using FastShard.Server.Logging;
using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class LoggingDirectives
{
    public static readonly DirectiveGroup Group = new("Log",
        "What the server writes down about itself, and where.",
    [
        Enum("loglevel", static o => ref o.LogLevel, LogLevel.Notice,
        [
            ("debug", LogLevel.Debug), ("verbose", LogLevel.Verbose), ("notice", LogLevel.Notice),
            ("warning", LogLevel.Warning), ("nothing", LogLevel.Nothing),
        ],
            "The least important lines that are logged."),
        Text("logfile", static o => ref o.LogFile, "",
            "File that the log is appended to; empty is standard output.", Immutable),
        Bool("syslog-enabled", null, false, "Log to the system's log as well.", Immutable),
        Text("syslog-ident", null, "redis", "Name in the system's log.", Immutable),
        Choice("syslog-facility", "local0",
            ["user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"],
            "Facility in the system's log.", Immutable),
        Bool("crash-log-enabled", null, true, "Write a report when the server crashes."),
        Bool("crash-memcheck-enabled", null, true, "Test memory after a crash."),
    ]);
}
