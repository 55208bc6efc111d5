using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class EncodingDirectives
{
    public static readonly DirectiveGroup Group = new("Encodings",
        "Until which size a collection stays one packed block, which is small and scanned, before it becomes a "
        + "structure, which is bigger and faster to search.",
    [
        Long("hash-max-listpack-entries", static o => ref o.HashMaxListpackEntries, 512, 0,
            "Most fields of a packed hash.", alias: "hash-max-ziplist-entries"),
        MemorySize("hash-max-listpack-value", static o => ref o.HashMaxListpackValue, 64, 0,
            "Longest field or value of a packed hash.", alias: "hash-max-ziplist-value"),
        Int("list-max-listpack-size", static o => ref o.ListMaxListpackSize, -2, int.MinValue, int.MaxValue,
            "Size of a list's nodes: a number of entries, or -1 to -5 for 4, 8, 16, 32 or 64 KB.",
            alias: "list-max-ziplist-size"),
        Int("list-compress-depth", static o => ref o.ListCompressDepth, 0, 0, int.MaxValue,
            "Nodes at each end of a list that are never compressed; 0 compresses nothing."),
        Long("set-max-intset-entries", static o => ref o.SetMaxIntsetEntries, 512, 0,
            "Most members of a set that is a sorted array of integers."),
        Long("set-max-listpack-entries", static o => ref o.SetMaxListpackEntries, 128, 0,
            "Most members of a packed set."),
        MemorySize("set-max-listpack-value", static o => ref o.SetMaxListpackValue, 64, 0,
            "Longest member of a packed set."),
        Long("zset-max-listpack-entries", static o => ref o.SortedSetMaxListpackEntries, 128, 0,
            "Most members of a packed sorted set.", alias: "zset-max-ziplist-entries"),
        MemorySize("zset-max-listpack-value", static o => ref o.SortedSetMaxListpackValue, 64, 0,
            "Longest member of a packed sorted set.", alias: "zset-max-ziplist-value"),
        MemorySize("stream-node-max-bytes", static o => ref o.StreamNodeMaxBytes, 4096, 0,
            "Most bytes of a stream's node; 0 is no limit."),
        Long("stream-node-max-entries", static o => ref o.StreamNodeMaxEntries, 100, 0,
            "Most entries of a stream's node; 0 is no limit."),
        Int("stream-idmp-duration", static o => ref o.StreamIdmpDuration, 100, 1, 86_400,
            "Seconds that a new stream knows the idempotent ids of its producers."),
        Int("stream-idmp-maxsize", static o => ref o.StreamIdmpMaxSize, 100, 1, 10_000,
            "Idempotent ids of each producer that a new stream knows."),
        MemorySize("hll-sparse-max-bytes", static o => ref o.HllSparseMaxBytes, 3000, 0,
            "Most bytes of a sparse HyperLogLog before it becomes dense."),
    ]);
}
