using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Text;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Keys;

/// <summary>Commands that go through the keys of a database: KEYS, SCAN, RANDOMKEY.</summary>
public static class ScanCommands
{
    private const int DefaultCount = 10;
    private const int RandomKeyTries = 100;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("KEYS", 2, CommandFlags.ReadOnly, static (ref CommandContext context) => Keys(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(N) for N keys in the database.",
            Summary = "Lists all keys whose names fit a pattern.",
            Syntax = "pattern:pattern",
            Tips = ["request_policy:all_shards", "nondeterministic_output_order"],
            Categories = AclCategories.Dangerous,
            Needs = Placement.AllShards,
        },
        new("SCAN", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => Scan(ref context))
        {
            Group = CommandGroup.Generic, Since = "2.8.0",
            Complexity = "O(1) for every call, O(N) for a complete walk.",
            Summary = "Lists keys a few at a time; a complete walk returns every key that was there all the time.",
            Syntax = "cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [TYPE type]",
            Tips = ["nondeterministic_output", "request_policy:special"],
            Needs = Placement.AllShards,
        },
        new("RANDOMKEY", 1, CommandFlags.ReadOnly, static (ref CommandContext context) => RandomKey(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the name of some key.",
            Tips = ["request_policy:all_shards", "nondeterministic_output"],
            Needs = Placement.AllShards,
        },
    ];

    private static void Keys(ref CommandContext context)
    {
        ReadOnlySpan<byte> pattern = context.Arg(1);
        int only = KeyFilter.SlotOf(pattern);
        var cursor = new ScanCursor(Math.Max(only, 0), 0);
        int endSlot = only < 0 ? KeySlot.Count : only + 1;
        var filter = new KeyFilter(pattern, default);
        DeferredLength length = context.Reply.DeferArray();
        int count = ScanWalk.Run(
            context.Dataset, context.Session.Db, ref cursor, endSlot, long.MaxValue, filter, ref context.Reply);
        context.Reply.SetDeferred(length, count);
    }

    private static void Scan(ref CommandContext context)
    {
        if (!ScanCursor.TryParse(context.Arg(1), out ScanCursor cursor))
        {
            context.Reply.Error(Errors.InvalidCursor);
            return;
        }
        ReadOnlySpan<byte> pattern = "*"u8;
        ReadOnlySpan<byte> type = default;
        long budget = DefaultCount;
        for (int index = 2; index < context.ArgCount; index += 2)
        {
            bool hasValue = index + 1 < context.ArgCount;
            if (hasValue && context.ArgIs(index, "COUNT"u8))
            {
                if (!context.TryGetInteger(index + 1, out budget)) return;
                if (budget >= 1) continue;
            }
            else if (hasValue && context.ArgIs(index, "MATCH"u8))
            {
                pattern = context.Arg(index + 1);
                continue;
            }
            else if (hasValue && context.ArgIs(index, "TYPE"u8))
            {
                type = context.Arg(index + 1);
                continue;
            }
            context.Reply.Error(Errors.Syntax);
            return;
        }
        Scan(ref context, cursor, budget, new KeyFilter(pattern, type));
    }

    private static void Scan(ref CommandContext context, ScanCursor cursor, long budget, in KeyFilter filter)
    {
        context.Reply.Array(2);
        // The cursor stands first in the reply and is known last.
        ReplyMark beforeCursor = context.Reply.Buffer.Mark();
        DeferredLength length = context.Reply.DeferArray();
        int count = ScanWalk.Run(
            context.Dataset, context.Session.Db, ref cursor, KeySlot.Count, budget, filter, ref context.Reply);
        context.Reply.SetDeferred(length, count);
        Span<byte> bulk = stackalloc byte[ScanCursor.BulkBytesMax];
        context.Reply.Buffer.Insert(beforeCursor, bulk[..cursor.FormatBulk(bulk)]);
    }

    private static void RandomKey(ref CommandContext context)
    {
        for (int tries = 0; tries < RandomKeyTries; tries++)
        {
            if (!TrySample(context.Dataset, context.Session.Db, out Database? database, out Entry entry)) break;
            if (database!.Owner.Hidden is { } hidden && hidden.Has(entry.Slot))
            {
                // Of few keys among many hidden ones none may be drawn: then the first will do.
                if (tries == RandomKeyTries - 1 && TryFirst(context.Dataset, context.Session.Db, ref context.Reply))
                    return;
                continue;
            }
            // Where expired keys are not removed there may be nothing but them: the last one found is as good as any.
            bool isLast = database.Owner.KeepsExpired && tries == RandomKeyTries - 1;
            if (!database.IsExpired(entry) || isLast)
            {
                context.Reply.Bulk(entry.Key);
                return;
            }
            if (database.Owner.KeepsExpired) continue;
            tries = 0;
            database.RemoveExpired(ref entry, KeyHash.Of(entry.Key));
        }
        context.Reply.Null();
    }

    private static bool TryFirst(Dataset dataset, int index, ref ReplyWriter reply)
    {
        Span<Entry> found = stackalloc Entry[16];
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            if (keyspace.Existing(index)?.Table is not { } table) continue;
            for (int slot = table.NextSlot(0); slot >= 0; slot++)
            {
                slot = slot < KeySlot.Count ? table.NextSlot(slot) : -1;
                if (slot < 0) break;
                uint position = 0;
                if (keyspace.Hidden is { } hidden && hidden.Has(slot)) continue;
                if (table.Scan(slot, ref position, found) == 0) continue;
                reply.Bulk(found[0].Key);
                return true;
            }
        }
        return false;
    }

    /// <summary>A key of all shards, each about as likely as the others.</summary>
    private static bool TrySample(Dataset dataset, int index, out Database? database, out Entry entry)
    {
        long total = 0;
        foreach (Keyspace keyspace in dataset.Keyspaces) total += keyspace.Existing(index)?.Table.Count ?? 0;
        database = null;
        entry = default;
        if (total == 0) return false;
        ref ulong random = ref dataset[0].RandomState;
        long rank = SplitMix.Below(ref random, total);
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            database = keyspace.Existing(index);
            long count = database?.Table.Count ?? 0;
            if (rank < count) break;
            rank -= count;
        }
        Span<Entry> sample = [default];
        database!.Table.Sample(ref random, volatileOnly: false, sample);
        entry = sample[0];
        return true;
    }
}
