using FastShard.Server.Configuration.Kinds;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class LimitDirectives
{
    public static readonly DirectiveGroup Group = new("Clients",
        "What one client, and all of them together, may take.",
    [
        Int("maxclients", static o => ref o.MaxClients, 10000, 1, int.MaxValue,
            "Clients that may be connected at once; one more gets an error and is closed."),
        MemorySize("proto-max-bulk-len", static o => ref o.ProtoMaxBulkLength, 512L << 20, 1 << 20,
            "Longest single argument of a command, and longest string value."),
        MemorySize("client-query-buffer-limit", static o => ref o.ClientQueryBufferLimit, 1L << 30, 1 << 20,
            "Bytes of one unfinished request that are buffered before its client is closed."),
        new OutputBufferDirective("client-output-buffer-limit", static o => ref o.ClientOutputBufferLimit)
        {
            Summary = "When a client that does not read its replies is closed: at once above the hard limit, after "
                + "some seconds above the soft one.",
        },
        new MemoryDirective("maxmemory-clients", static o => ref o.MaxMemoryClients, 0, 0, long.MaxValue)
        {
            Summary = "Memory of all clients' buffers above which the greediest are closed; 0 is no limit.",
            Percent = true,
        },
        Long("tracking-table-max-keys", static o => ref o.TrackingTableMaxKeys, 1_000_000, 0,
            "Keys that client-side caching keeps track of; above it some are forgotten, and who read them told so."),
    ]);
}
