using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Hashes;

/// <summary>Commands that read fields of a hash.</summary>
public static class HashReadCommands
{
    private const CommandFlags Fast = CommandFlags.ReadOnly | CommandFlags.Fast;

    private static readonly KeySpec[] Read = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)];

    private static readonly KeySpec[] Look = [KeySpec.At(1, KeyAccess.ReadOnly)];

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("HGET", 3, Fast, static (ref CommandContext context) => Get(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
            Summary = "Returns the value of a field of a hash.",
            Syntax = "key field", Keys = Read,
            SpreadsOver = SpreadKinds.Hash,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.Field(ref context, spread, here),
        },
        new("HMGET", -3, Fast, static (ref CommandContext context) => GetMany(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1) for each field.",
            Summary = "Returns the values of several fields of a hash, nil for each that does not exist.",
            Syntax = "key field [field ...]", Keys = Read,
        },
        new("HGETALL", 2, CommandFlags.ReadOnly, static (ref CommandContext context) => GetAll(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) for N fields.",
            Summary = "Returns all fields of a hash with their values.",
            Syntax = "key", Keys = Read, Tips = ["nondeterministic_output_order"],
        },
        new("HKEYS", 2, CommandFlags.ReadOnly, static (ref CommandContext context) => List(ref context, values: false))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) for N fields.",
            Summary = "Returns the names of all fields of a hash.",
            Syntax = "key", Keys = Read, Tips = ["nondeterministic_output_order"],
        },
        new("HVALS", 2, CommandFlags.ReadOnly, static (ref CommandContext context) => List(ref context, values: true))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(N) for N fields.",
            Summary = "Returns the values of all fields of a hash.",
            Syntax = "key", Keys = Read, Tips = ["nondeterministic_output_order"],
        },
        new("HLEN", 2, Fast, static (ref CommandContext context) => Length(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
            Summary = "Returns the number of fields of a hash.",
            Syntax = "key", Keys = Look,
            SpreadsOver = SpreadKinds.Hash,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.Count(ref context, spread, here),
        },
        new("HEXISTS", 3, Fast, static (ref CommandContext context) => Exists(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.0.0", Complexity = "O(1)",
            Summary = "Tells whether a field of a hash exists.",
            Syntax = "key field", Keys = Look,
            SpreadsOver = SpreadKinds.Hash,
            OnSpread = static (ref CommandContext context, SpreadKey spread, Database here) =>
                SpreadCollections.HasField(ref context, spread, here),
        },
        new("HSTRLEN", 3, Fast, static (ref CommandContext context) => ValueLength(ref context))
        {
            Group = CommandGroup.Hash, Since = "3.2.0", Complexity = "O(1)",
            Summary = "Returns the length of the value of a field of a hash.",
            Syntax = "key field", Keys = Look,
        },
        new("HSCAN", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Scan(ref context))
        {
            Group = CommandGroup.Hash, Since = "2.8.0", Complexity = "O(1) for every call, O(N) for a complete walk.",
            Summary = "Lists fields of a hash, with or without their values, a few at a time.",
            Syntax = "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer] [NOVALUES]",
            Keys = Read, Tips = ["nondeterministic_output"],
        },
    ];

    /// <summary>The value of a field, or nil.</summary>
    internal static bool Value(in ReplyWriter reply, in HashValue hash, in Member field)
    {
        bool isFound = hash.TryGet(field, out HashField found);
        if (isFound) reply.Element(found.Value);
        else reply.Null();
        return isFound;
    }

    private static void Get(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (HashLookup.TryRead(ref context, key, out HashValue hash))
            Value(context.Reply, hash, context.Element(2));
    }

    private static void GetMany(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        context.Reply.Array(context.ArgCount - 2);
        for (int index = 2; index < context.ArgCount; index++)
            Value(context.Reply, hash, context.Element(index));
    }

    private static void GetAll(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        if (hash.IsNull)
        {
            context.Reply.Map(0);
            return;
        }
        // Where some field may have passed, only the end of the walk tells how many there are.
        bool isSure = !hash.MayHavePassed;
        DeferredLength length = default;
        if (isSure) context.Reply.Map((int)hash.Count);
        else length = context.Reply.DeferMap();
        int count = 0;
        HashWalk walk = hash.Walk();
        for (; walk.MoveNextLive(context.NowMillis); count++)
        {
            context.Reply.Element(walk.Field);
            context.Reply.Element(walk.Value);
        }
        if (!isSure) context.Reply.SetDeferred(length, count);
    }

    private static void List(ref CommandContext context, bool values)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        if (hash.IsNull)
        {
            context.Reply.Array(0);
            return;
        }
        bool isSure = !hash.MayHavePassed;
        DeferredLength length = default;
        if (isSure) context.Reply.Array((int)hash.Count);
        else length = context.Reply.DeferArray();
        int count = 0;
        HashWalk walk = hash.Walk();
        for (; walk.MoveNextLive(context.NowMillis); count++)
            context.Reply.Element(values ? walk.Value : walk.Field);
        if (!isSure) context.Reply.SetDeferred(length, count);
    }

    private static void Length(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (HashLookup.TryRead(ref context, key, out HashValue hash)) context.Reply.Integer(hash.Count);
    }

    private static void Exists(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (HashLookup.TryRead(ref context, key, out HashValue hash))
            context.Reply.Integer(hash.TryGet(context.Element(2), out _) ? 1 : 0);
    }

    private static void ValueLength(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        bool isFound = hash.TryGet(context.Element(2), out HashField found);
        context.Reply.Integer(isFound ? found.Value.Length : 0);
    }

    private static void Scan(ref CommandContext context)
    {
        if (!ElementScan.TryCursor(ref context, 2, out uint position, out bool isOver)) return;
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        if (hash.IsNull)
        {
            ElementScan.ReplyNothing(ref context);
            return;
        }
        if (!ElementScan.TryOptions(ref context, 3, true, out ElementScan options)) return;
        ReplyMark beforeCursor = ElementScan.Begin(ref context, out DeferredLength length);
        int count = 0;
        if (!hash.IsTable)
        {
            position = 0;
            HashWalk walk = hash.Walk();
            while (walk.MoveNextLive(context.NowMillis)) count += Write(context.Reply, options, walk.Field, walk.Value);
        }
        else if (!isOver)
        {
            count = ScanTable(context.Reply, hash, options, context.NowMillis, ref position);
        }
        ElementScan.End(ref context, beforeCursor, length, isOver ? 0 : position, count);
    }

    private static int ScanTable(
        in ReplyWriter reply, in HashValue hash, scoped in ElementScan options, long nowMillis, ref uint position)
    {
        Span<FieldEntry> found = stackalloc FieldEntry[ElementScan.StepMax];
        int written = 0;
        long left = options.Count;
        do
        {
            int count = hash.Table.Scan(ref position, found);
            foreach (FieldEntry entry in found[..count])
            {
                bool isPassed = entry.DeadlineMillis != 0 && entry.DeadlineMillis <= nowMillis;
                if (!isPassed) written += Write(reply, options, entry.FieldElement, entry.ValueElement);
            }
            left -= Math.Max(count, 1);
        }
        while (left > 0 && position != 0);
        return written;
    }

    private static int Write(
        in ReplyWriter reply, scoped in ElementScan options, PackElement field, PackElement value)
    {
        if (!options.Accepts(field)) return 0;
        reply.Element(field);
        if (options.HasNoValues) return 1;
        reply.Element(value);
        return 2;
    }
}
