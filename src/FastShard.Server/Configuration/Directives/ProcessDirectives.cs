using FastShard.Server.Configuration.Kinds;
using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class ProcessDirectives
{
    public static readonly DirectiveGroup Group = new("Process",
        "How the server sits on the machine.",
    [
        Int("shards", static o => ref o.Shards, 0, 0, MaxShards,
            "Shards, each a thread that owns a part of the keys; 0 is one for each core.", Immutable),
        Bool("elastic-threads", static o => ref o.ElasticThreads, true,
            "Run the shards on fewer threads while threads wait for cores.", Immutable),
        Int("databases", static o => ref o.Databases, 16, 1, int.MaxValue,
            "Databases that SELECT can choose from.", Immutable),
        new IntegerDirective<int>("hz", static o => ref o.Hz, 10, 0, int.MaxValue)
        {
            Summary = "Rounds of background work a second, kept between 1 and 500.",
            Clamp = static value => Math.Clamp(value, 1, 500),
        },
        Bool("dynamic-hz", static o => ref o.DynamicHz, true,
            "Do more rounds of background work while many clients are connected."),
        new BoolDirective("daemonize", null, false)
        {
            Summary = "Leave the terminal; always no, because service supervisors do this better.",
            Flags = Immutable,
            Refusal = static o => Daemonizes(o)
                ? "FastShard stays in the foreground: use 'daemonize no' and a supervisor such as systemd" : null,
        },
        Text("pidfile", static o => ref o.PidFile, "",
            "File that holds the process id while the server runs; empty for none.", Immutable),
        Enum("enable-debug-command", static o => ref o.DebugCommand, AccessRule.No, AccessRules,
            "Who may use the DEBUG command.", Immutable),
        Enum("enable-protected-configs", static o => ref o.ProtectedConfigs, AccessRule.No, AccessRules,
            "Who may change directives that reach the file system with CONFIG SET.", Immutable),
        new EnumDirective<AccessRule>("enable-module-command", null, AccessRule.No, AccessRules)
        {
            Summary = "Who may use the MODULE command; there are no modules.",
            Flags = Immutable,
        },
        Long("busy-reply-threshold", static o => ref o.BusyReplyThresholdMillis, 5000, 0,
            "Milliseconds that a script may run before other clients are told that the server is busy.",
            Pending, alias: "lua-time-limit"),
        Choice("supervised", "no", ["no", "upstart", "systemd", "auto"],
            "Supervisor to report readiness to.", Immutable),
        Bool("always-show-logo", null, false, "Show a logo at start.", Immutable),
        Long("loading-process-events-interval-bytes", null, 2_097_152, 1024,
            "Bytes that are loaded between two looks at clients; those are always served here."),
        Bool("set-proc-title", null, true, "Show the server's state in its process title.", Immutable),
        new StringDirective("proc-title-template", null, "{title} {listen-addr} {server-mode}")
        {
            Summary = "Shape of the process title.",
            Rule = CheckTitle,
        },
        Int("io-threads", null, 1, 1, 128, "Threads for sockets; shards do this here.", Immutable),
        Bool("io-threads-do-reads", null, false, "Let those threads read as well.", Immutable),
        Int("shutdown-timeout", static o => ref o.ShutdownTimeoutSeconds, 10, 0, int.MaxValue,
            "Seconds that a shutdown waits for replicas that lag behind."),
        new ShutdownDirective("shutdown-on-sigint", static o => ref o.ShutdownOnSigint)
        {
            Summary = "How SIGINT shuts the server down.",
        },
        new ShutdownDirective("shutdown-on-sigterm", static o => ref o.ShutdownOnSigterm)
        {
            Summary = "How SIGTERM shuts the server down.",
        },
        Choice("oom-score-adj", "no", ["no", "yes", "relative", "absolute"],
            "Tell the kernel what to end first when memory runs out."),
        new WordsDirective("oom-score-adj-values", null, ["0", "200", "800"])
        {
            Summary = "Those scores, for a primary, a replica and a background process.",
            Rule = CheckOomScores,
        },
        Bool("disable-thp", null, true, "Turn huge pages off; FastShard does not fork and gains from them.", Immutable),
        Text("server_cpulist", null, "", "Cores that the server runs on.", Immutable),
        Text("bio_cpulist", null, "", "Cores for background threads.", Immutable),
        Text("aof_rewrite_cpulist", null, "", "Cores for rewriting the append-only file.", Immutable),
        Text("bgsave_cpulist", null, "", "Cores for saving snapshots.", Immutable),
        Bool("jemalloc-bg-thread", null, true, "Let the allocator purge in the background."),
        Text("ignore-warnings", null, "", "Warnings about the system to leave out."),
    ]);

    internal const int MaxShards = 1024;

    private static string[] TitleVariables =>
        ["{title}", "{listen-addr}", "{server-mode}", "{port}", "{tls-port}", "{unixsocket}", "{config-file}"];

    private static (string Word, AccessRule Value)[] AccessRules =>
        [("no", AccessRule.No), ("yes", AccessRule.Yes), ("local", AccessRule.Local)];

    private static bool Daemonizes(ServerOptions options) =>
        DirectiveTable.Find("daemonize")!.Format(options) == "yes";

    private static string? CheckTitle(string template)
    {
        string rest = template;
        foreach (string variable in TitleVariables) rest = rest.Replace(variable, "x");
        bool valid = rest.AsSpan().Trim().Length > 0 && !rest.AsSpan().ContainsAny('{', '}');
        return valid ? null : "template format is invalid or contains unknown variables";
    }

    private static string? CheckOomScores(string[] words)
    {
        if (words.Length != 3) return "wrong number of arguments";
        foreach (string word in words)
        {
            if (!ConfigText.TryParseInteger(word, out long score) || score is < -2000 or > 2000)
                return "Invalid oom-score-adj-values, elements must be between -2000 and 2000.";
        }
        return null;
    }
}
