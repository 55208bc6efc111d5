using FastShard.Server.Configuration.Kinds;
using static FastShard.Server.Configuration.DirectiveFlags;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class ReplicationDirectives
{
    public static readonly DirectiveGroup Group = new("Replication",
        "Copies of this server's data on others.",
    [
        new WordsDirective("replicaof", static o => ref o.ReplicaOf, [])
        {
            Summary = "Address and port of the primary to copy; 'no one' for none.",
            Alias = "slaveof",
            Flags = Immutable,
            Rule = CheckPrimary,
            Normalize = static words => IsNoOne(words) ? [] : words,
        },
        Text("masteruser", static o => ref o.MasterUser, "", "User to log in to the primary with.", Sensitive),
        Text("masterauth", static o => ref o.MasterAuth, "", "Password to log in to the primary with.", Sensitive),
        Bool("replica-serve-stale-data", static o => ref o.ReplicaServesStale, true,
            "Answer reads while the primary is out of reach.",
            alias: "slave-serve-stale-data"),
        Bool("replica-read-only", static o => ref o.ReplicaReadOnly, true,
            "Refuse writes on a replica.", alias: "slave-read-only"),
        Bool("replica-lazy-flush", null, false, "Free a replica's old data a little at a time.",
            alias: "slave-lazy-flush"),
        Bool("replica-ignore-maxmemory", static o => ref o.ReplicaIgnoresMaxMemory, true,
            "Leave eviction to the primary.",
            alias: "slave-ignore-maxmemory"),
        Bool("import-mode", static o => ref o.ImportMode, false,
            "Take over another server's keys: nothing is expired or evicted here meanwhile, and the clients that bring "
            + "them (CLIENT IMPORT-SOURCE) see expired keys too."),
        Bool("replica-ignore-disk-write-errors", null, false, "Go on when a replica cannot write to disk."),
        Int("replica-priority", static o => ref o.ReplicaPriority, 100, 0, int.MaxValue,
            "Rank for promotion; lower is sooner, 0 is never.",
            alias: "slave-priority"),
        Bool("replica-announced", static o => ref o.ReplicaAnnounced, true,
            "Show the replica to those who look for replicas.",
            alias: "slave-announced"),
        Text("replica-announce-ip", static o => ref o.ReplicaAnnounceIp, "",
            "Address that a replica gives to its primary.",
            alias: "slave-announce-ip"),
        Int("replica-announce-port", static o => ref o.ReplicaAnnouncePort, 0, 0, 65535,
            "Port that a replica gives to its primary.",
            alias: "slave-announce-port"),
        Bool("repl-diskless-sync", static o => ref o.DisklessSync, true, "Send snapshots without a file."),
        Int("repl-diskless-sync-delay", static o => ref o.DisklessSyncDelaySeconds, 5, 0, int.MaxValue,
            "Seconds to wait for more replicas before that."),
        Int("repl-diskless-sync-max-replicas", static o => ref o.DisklessSyncReplicasMax, 0, 0, int.MaxValue,
            "Replicas that end that wait."),
        Enum("repl-diskless-load", static o => ref o.DisklessLoad, DisklessLoad.Disabled,
            [
                ("disabled", DisklessLoad.Disabled), ("on-empty-db", DisklessLoad.OnEmptyDb),
                ("swapdb", DisklessLoad.SwapDb),
            ],
            "When a replica loads a snapshot while it comes; with swapdb a file keeps it until all has come."),
        Int("repl-ping-replica-period", static o => ref o.ReplicaPingSeconds, 10, 1, int.MaxValue,
            "Seconds between pings to replicas.",
            alias: "repl-ping-slave-period"),
        Int("repl-timeout", static o => ref o.ReplicationTimeoutSeconds, 60, 1, int.MaxValue,
            "Seconds of silence that end a replication link."),
        Bool("repl-disable-tcp-nodelay", null, false, "Send to replicas in fewer, later packets."),
        MemorySize("repl-backlog-size", static o => ref o.BacklogBytes, 1 << 20, 1,
            "Writes kept for replicas that come back."),
        Long("repl-backlog-ttl", static o => ref o.BacklogTtlSeconds, 3600, 0,
            "Seconds without replicas after which those are freed."),
        Int("min-replicas-to-write", static o => ref o.MinReplicasToWrite, 0, 0, int.MaxValue,
            "Replicas that must be near for writes to be taken.",
            alias: "min-slaves-to-write"),
        Int("min-replicas-max-lag", static o => ref o.MinReplicasMaxLagSeconds, 10, 0, int.MaxValue,
            "Seconds within which a replica counts as near.",
            alias: "min-slaves-max-lag"),
        Choice("propagation-error-behavior", "ignore", ["ignore", "panic", "panic-on-replicas"],
            "What a replicated command that fails leads to."),
    ]);

    private static bool IsNoOne(string[] words) =>
        words is [var no, var one] && no.Equals("no", StringComparison.OrdinalIgnoreCase)
        && one.Equals("one", StringComparison.OrdinalIgnoreCase);

    private static string? CheckPrimary(string[] words)
    {
        if (words.Length == 0 || IsNoOne(words)) return null;
        if (words.Length != 2) return "wrong number of arguments";
        bool port = ConfigText.TryParseInteger(words[1], out long number) && number is >= 0 and <= 65535;
        return port ? null : "Invalid master port";
    }
}
