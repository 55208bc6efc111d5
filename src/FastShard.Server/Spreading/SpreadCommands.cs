// SPREAD: a counter that all shards are to count on. Everything is done while all shards are held, and for that instant
// all keys lie together (SpreadRun.Settle): INFO and LIST tell what is before and after.

using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Commands;
using FastShard.Server.Sharding;

namespace FastShard.Server.Spreading;

internal static class SpreadCommands
{
    private const CommandFlags Plain = CommandFlags.Admin | CommandFlags.NoScript;
    private const string Since = "8.6.0";

    // A key that somebody spread counts as cool below this.
    private const long CoolBelow = 100;

    private const string NotCopied = "ERR only a string of at most 1 MB can be copied";

    private const string NotSpread = "ERR only a string that holds an integer can be spread, and a hash of integers "
        + "or a sorted set of whole scores with at most 1024 elements";

    private static readonly string[] Tips = ["nondeterministic_output", "request_policy:all_nodes"];

    public static readonly CommandSpec[] Specs =
    [
        new("SPREAD", -2, Plain, static (ref CommandContext context) => Spread(ref context))
        {
            Group = CommandGroup.Server, Since = Since, Complexity = "O(1) for every shard.",
            Summary = "Lets several shards count on a key by themselves, or answer reads of it from a copy.",
            Syntax = "key shards:integer [COPY] [KEEP] [STRICT]",
            Needs = Placement.AllShards,
            Subcommands =
            [
                new("AUTO", -3, Plain, static (ref CommandContext context) => Auto(ref context))
                {
                    Group = CommandGroup.Server, Since = Since, Complexity = "O(N) where N is the number of rules.",
                    Summary = "Sets, deletes or lists the rules by which counters that are written often are spread.",
                    Syntax = "(SET pattern threshold:integer shards:integer [KEEP] [STRICT] | DEL pattern | LIST)",
                    Needs = Placement.AllShards, Tips = Tips,
                },
                ContainerHelp.Row(CommandGroup.Server, Since),
                new("INFO", 3, Plain, static (ref CommandContext context) => Info(ref context))
                {
                    Group = CommandGroup.Server, Since = Since, Complexity = "O(1) for every shard.",
                    Summary = "Tells how a key is spread, and what each shard has done on it.",
                    Syntax = "key",
                    Needs = Placement.AllShards, Tips = Tips,
                },
                new("LIST", 2, Plain, static (ref CommandContext context) => List(ref context))
                {
                    Group = CommandGroup.Server, Since = Since, Complexity = "O(N) where N is the number of such keys.",
                    Summary = "Lists the keys that are spread or copied, in all databases.",
                    Needs = Placement.AllShards, Tips = Tips,
                },
            ],
        },
        new("UNSPREAD", 2, Plain, static (ref CommandContext context) => Unspread(ref context))
        {
            Group = CommandGroup.Server, Since = Since, Complexity = "O(1) for every shard.",
            Summary = "Brings a key together for good: 1 if it was spread, else 0.",
            Syntax = "key",
            Needs = Placement.AllShards,
        },
    ];

    private static void Spread(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        if (!TryRead(ref context, server, out int lanes, out bool copies, out bool keeps, out bool isStrict))
            return;
        ReadOnlySpan<byte> name = context.Arg(1);
        Engine.Keyspaces.Key key = context.KeyOf(name, context.Session.Db);
        if (!key.Home.TryPeek(key, out Entry entry))
        {
            context.Reply.Error("ERR no such key"u8);
            return;
        }
        int database = context.Session.Db;
        SpreadKey? spread = copies
            ? new ReadCopy(name.ToArray(), database, lanes, server.Dataset)
            : server.Spread.KeyFor(name.ToArray(), database, lanes, entry);
        if (spread is null || !spread.Fits(entry))
        {
            context.Reply.Error(copies ? NotCopied : NotSpread);
            return;
        }
        if (server.Spread.Find(name, context.Session.Db) is { } before) server.Spread.Remove(before);
        server.Spread.Add(
            new SpreadItem(spread, SpreadOrigin.Command) { CoolBelow = CoolBelow, Keeps = keeps, IsStrict = isStrict },
            context.NowMillis);
        // Its value turned out to be none that can be counted on.
        if (server.Spread.Find(name, database) is null) context.Reply.Error(NotSpread);
        else context.Reply.Ok();
    }

    private static bool TryRead(
        ref CommandContext context, FastShardServer server, out int lanes, out bool copies, out bool keeps,
        out bool isStrict)
    {
        (lanes, copies, keeps, isStrict) = (0, false, false, false);
        if (server.Cluster is not null)
        {
            context.Reply.Error("ERR keys cannot be spread in a cluster"u8);
            return false;
        }
        if (server.Replication.IsReplica)
        {
            context.Reply.Error("ERR keys are spread by their primary, not by a replica"u8);
            return false;
        }
        if (context.ArgCount < 3)
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        if (!Numbers.TryParseInt64(context.Arg(2), out long wanted)
            || wanted is < SpreadRule.LanesMin or > SpreadRule.LanesLimit)
        {
            context.Reply.Error("ERR the number of shards must be between 2 and 64"u8);
            return false;
        }
        for (int index = 3; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "COPY"u8))
            {
                copies = true;
            }
            else if (context.ArgIs(index, "KEEP"u8))
            {
                keeps = true;
            }
            else if (context.ArgIs(index, "STRICT"u8))
            {
                isStrict = true;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return false;
            }
        }
        lanes = (int)wanted;
        return true;
    }

    private static void Unspread(ref CommandContext context)
    {
        SpreadBoard board = context.Server().Spread;
        SpreadItem? item = board.Find(context.Arg(1), context.Session.Db);
        if (item is not null) board.Remove(item);
        context.Reply.Integer(item is null ? 0 : 1);
    }

    private static void Info(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        if (server.Spread.Find(context.Arg(2), context.Session.Db) is not { } item)
        {
            context.Reply.Null();
            return;
        }
        context.Reply.Map(8);
        WriteHead(ref context, item);
        Field(ref context, "operations"u8, item.Key.Operations);
        context.Reply.Bulk("shards"u8);
        context.Reply.Array(server.Shards.Length);
        foreach (Shard shard in server.Shards)
        {
            context.Reply.Map(3);
            Field(ref context, "shard"u8, shard.Index);
            Field(ref context, "takes-part"u8, item.Key.TakesPart(shard.Index) ? 1 : 0);
            Field(ref context, "operations"u8, item.Key.OperationsOf(shard.Index));
        }
    }

    private static void List(ref CommandContext context)
    {
        SpreadBoard board = context.Server().Spread;
        context.Reply.Array(board.Items.Count);
        foreach (SpreadItem item in board.Items)
        {
            context.Reply.Map(8);
            context.Reply.Bulk("key"u8);
            context.Reply.Bulk(item.Key.Name);
            Field(ref context, "db"u8, item.Key.Database);
            WriteHead(ref context, item);
        }
    }

    private static void WriteHead(ref CommandContext context, SpreadItem item)
    {
        Word(ref context, "kind"u8, item.Key.Kind switch
        {
            SpreadKinds.Copy => "read-copy"u8,
            SpreadKinds.Hash => "hash"u8,
            SpreadKinds.Scores => "sorted-set"u8,
            _ => "counter"u8,
        });
        // This command itself has brought it together for an instant.
        bool isActive = item.Key.IsActive || item.IsInterrupted;
        Word(ref context, "state"u8, isActive ? "spread"u8 : item.IsCool ? "cool"u8 : "together"u8);
        Word(ref context, "origin"u8, item.Origin switch
        {
            SpreadOrigin.Command => "command"u8,
            SpreadOrigin.Rule => "rule"u8,
            _ => "reads"u8,
        });
        Field(ref context, "lanes"u8, item.Key.Lanes);
        Field(ref context, "ops-per-second"u8, item.PerSecond);
        Field(ref context, "collapses"u8, item.Collapses);
    }

    private static void Auto(ref CommandContext context)
    {
        FastShardServer server = context.Server();
        if (context.ArgIs(2, "LIST"u8) && context.ArgCount == 3)
        {
            ListRules(ref context, server.Spread.Rules);
        }
        else if (context.ArgIs(2, "DEL"u8) && context.ArgCount == 4)
        {
            string pattern = context.Text(3);
            int removed = server.Spread.Rules.RemoveAll(rule => rule.Pattern == pattern);
            server.Spread.WriteRules();
            context.Reply.Integer(removed);
        }
        else if (context.ArgIs(2, "SET"u8) && context.ArgCount >= 6)
        {
            SetRule(ref context, server);
        }
        else
        {
            context.Reply.Error(Errors.Syntax);
        }
    }

    private static void SetRule(ref CommandContext context, FastShardServer server)
    {
        string[] words = new string[context.ArgCount - 3];
        for (int index = 0; index < words.Length; index++) words[index] = context.Text(index + 3);
        List<SpreadRule> read = [];
        string? error = SpreadRule.TryRead(words, read);
        if (error is null && read.Count != 1) error = "one rule at a time";
        if (error is not null)
        {
            context.Reply.Error("ERR " + error);
            return;
        }
        server.Spread.Rules.RemoveAll(rule => rule.Pattern == read[0].Pattern);
        server.Spread.Rules.Add(read[0]);
        server.Spread.WriteRules();
        context.Reply.Ok();
    }

    private static void ListRules(ref CommandContext context, List<SpreadRule> rules)
    {
        context.Reply.Array(rules.Count);
        foreach (SpreadRule rule in rules)
        {
            context.Reply.Map(5);
            context.Reply.Bulk("pattern"u8);
            context.Reply.Text(rule.Pattern);
            Field(ref context, "threshold"u8, rule.Threshold);
            Field(ref context, "shards"u8, rule.LanesMax);
            Field(ref context, "keep"u8, rule.Keeps ? 1 : 0);
            Field(ref context, "strict"u8, rule.IsStrict ? 1 : 0);
        }
    }

    private static void Field(ref CommandContext context, ReadOnlySpan<byte> name, long value)
    {
        context.Reply.Bulk(name);
        context.Reply.Integer(value);
    }

    private static void Word(ref CommandContext context, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        context.Reply.Bulk(name);
        context.Reply.Bulk(value);
    }
}
