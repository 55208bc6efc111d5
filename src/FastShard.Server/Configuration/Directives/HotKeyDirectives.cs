using FastShard.Server.Configuration.Kinds;
using FastShard.Server.Spreading;
using static FastShard.Server.Configuration.Kinds.Declare;

namespace FastShard.Server.Configuration.Directives;

internal static class HotKeyDirectives
{
    public static readonly DirectiveGroup Group = new("Hot keys",
        "Which keys are looked for, and which of them several shards work on (docs/hot-keys.md).",
    [
        Bool("hotkeys-tracking", static o => ref o.HotKeysTracking, true,
            "Look at a sample of all commands for the keys that are used most (HOTKEYS, INFO hotkeys)."),
        new WordsDirective("spread", static o => ref o.Spread, [])
        {
            Rule = static words => SpreadRule.TryRead(words, []),
            Summary = "Counters that all shards count on by themselves: for each rule a pattern of names, "
                + "writes a second from which on, and the number of shards at most; then KEEP (also "
                + "when they cool) or STRICT (writes that would bring them together are refused) where "
                + "wanted.",
        },
        Bool("read-copies", static o => ref o.ReadCopies, true,
            "Answer a string that is read very often on every shard from a copy."),
        Long("read-copies-threshold", static o => ref o.ReadCopiesThreshold, 10000, 1,
            "Reads a second from which on a string is copied."),
        MemorySize("read-copies-max-memory", static o => ref o.ReadCopiesMaxMemory, 64 << 20, 0,
            "Bytes of all such copies at most."),
    ]);
}
