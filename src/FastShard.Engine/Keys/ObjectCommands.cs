using FastShard.Engine.Commands;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Keys;

/// <summary>OBJECT: how a key's value is kept, and how it was used. Looking does not count as use.</summary>
public static class ObjectCommands
{
    private const string LookUp = "O(1)";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("OBJECT", -2, CommandFlags.None, handler: null)
        {
            Group = CommandGroup.Generic, Since = "2.2.3", Complexity = "Depends on the subcommand.",
            Summary = "Holds the commands that look at how values are kept.",
            Subcommands =
            [
                Inspecting("ENCODING", "2.2.3", "Returns the encoding of the value of a key.",
                    static (ref CommandContext context) => Encoding(ref context)),
                Inspecting("FREQ", "4.0.0",
                    "Returns how often a key was used, as a logarithmic count, under an LFU policy.",
                    static (ref CommandContext context) => Frequency(ref context)),
                Inspecting("IDLETIME", "2.2.3",
                    "Returns the seconds since a key was last used, unless under an LFU policy.",
                    static (ref CommandContext context) => IdleTime(ref context)),
                Inspecting("REFCOUNT", "2.2.3", "Returns the number of references to the value of a key.",
                    static (ref CommandContext context) => ReferenceCount(ref context)),
                new("HELP", 2, CommandFlags.Loading | CommandFlags.Stale,
                    static (ref CommandContext context) => HelpReply.Write(ref context))
                {
                    Group = CommandGroup.Generic, Since = "6.2.0", Complexity = LookUp,
                    Summary = "Lists the subcommands.",
                },
            ],
        },
    ];

    private static ReadOnlySpan<byte> NotLfu =>
        "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching "u8
        + "between policies at runtime LRU and LFU data will take some time to adjust."u8;

    private static ReadOnlySpan<byte> IsLfu =>
        "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching "u8
        + "between policies at runtime LRU and LFU data will take some time to adjust."u8;

    private static CommandSpec Inspecting(string name, string since, string summary, CommandHandler handler) =>
        new(name, 3, CommandFlags.ReadOnly, handler)
        {
            Group = CommandGroup.Generic,
            Since = since,
            Complexity = LookUp,
            Summary = summary,
            Syntax = "key",
            Tips = ["nondeterministic_output"],
            Keys = [KeySpec.At(2, KeyAccess.ReadOnly)],
        };

    private static bool TryFind(ref CommandContext context, out Entry entry, out Database home)
    {
        Key key = context.Key(2);
        home = key.Home;
        if (home.TryInspect(key, out entry)) return true;
        context.Reply.Null();
        return false;
    }

    private static void Encoding(ref CommandContext context)
    {
        if (TryFind(ref context, out Entry entry, out _)) context.Reply.Bulk(EncodingNames.Of(entry));
    }

    private static void Frequency(ref CommandContext context)
    {
        if (!TryFind(ref context, out Entry entry, out Database home)) return;
        Keyspace keyspace = home.Owner;
        ulong hash = KeyHash.Of(context.Arg(2));
        if (keyspace.AccessClock.IsLfu)
            context.Reply.Integer(keyspace.AccessClock.Frequency(entry, hash, keyspace.NowMillis));
        else
            context.Reply.Error(NotLfu);
    }

    private static void IdleTime(ref CommandContext context)
    {
        if (!TryFind(ref context, out Entry entry, out Database home)) return;
        Keyspace keyspace = home.Owner;
        if (keyspace.AccessClock.IsLfu)
            context.Reply.Error(IsLfu);
        else
            context.Reply.Integer(AccessClock.IdleSeconds(entry, keyspace.NowMillis));
    }

    // Values are not shared between keys. Redis shares small integers and says so with this number, except where each
    // key needs an access clock of its own; who asks for it wants to know whether the value costs memory of its own,
    // and in an entry an integer does not.
    private static void ReferenceCount(ref CommandContext context)
    {
        if (!TryFind(ref context, out Entry entry, out Database home)) return;
        bool isSmallInteger = entry.Type == Memory.ValueType.String && entry.Encoding == ValueEncoding.Int
            && entry.Integer is >= 0 and < 10_000;
        context.Reply.Integer(isSmallInteger && !home.Owner.AccessClock.DecidesEviction ? int.MaxValue : 1);
    }
}
