using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.Sets;

/// <summary>Intersections, unions and differences of sets: returned, counted or stored.</summary>
public static class SetAlgebraCommands
{
    private const CommandFlags Stores = CommandFlags.Write | CommandFlags.DenyOom;
    private const string Total = "O(N) for N members in all the sets.";
    private const string Smallest = "O(N*M) for N members of the smallest set and M sets.";

    private static readonly KeySpec[] Sources = [KeySpec.Range(1, -1, 1, KeyAccess.ReadOnly | KeyAccess.Access)];

    private static readonly KeySpec[] Counted = [KeySpec.Counted(1, KeyAccess.ReadOnly | KeyAccess.Access)];

    private static readonly KeySpec[] TargetAndSources =
    [
        KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update),
        KeySpec.Range(2, -1, 1, KeyAccess.ReadOnly | KeyAccess.Access),
    ];

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("SINTER", -2, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Return(ref context, SetOperation.Intersection))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = Smallest,
            Summary = "Returns the members that all of several sets have.",
            Syntax = "key [key ...]", Keys = Sources, Tips = ["nondeterministic_output_order"],
        },
        new("SUNION", -2, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Return(ref context, SetOperation.Union))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = Total,
            Summary = "Returns the members that any of several sets has.",
            Syntax = "key [key ...]", Keys = Sources, Tips = ["nondeterministic_output_order"],
        },
        new("SDIFF", -2, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Return(ref context, SetOperation.Difference))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = Total,
            Summary = "Returns the members of a set that several others do not have.",
            Syntax = "key [key ...]", Keys = Sources, Tips = ["nondeterministic_output_order"],
        },
        new("SINTERSTORE", -3, Stores,
            static (ref CommandContext context) => Store(ref context, SetOperation.Intersection, KeyEvent.SInterStore))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = Smallest,
            Summary = "Stores the members that all of several sets have at a key, and returns their number.",
            Syntax = "destination key [key ...]", Keys = TargetAndSources,
        },
        new("SUNIONSTORE", -3, Stores,
            static (ref CommandContext context) => Store(ref context, SetOperation.Union, KeyEvent.SUnionStore))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = Total,
            Summary = "Stores the members that any of several sets has at a key, and returns their number.",
            Syntax = "destination key [key ...]", Keys = TargetAndSources,
        },
        new("SDIFFSTORE", -3, Stores,
            static (ref CommandContext context) => Store(ref context, SetOperation.Difference, KeyEvent.SDiffStore))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = Total,
            Summary = "Stores the members of a set that several others do not have at a key, and returns their number.",
            Syntax = "destination key [key ...]", Keys = TargetAndSources,
        },
        new("SINTERCARD", -3, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Count(ref context, SetOperation.Intersection))
        {
            Group = CommandGroup.Set, Since = "7.0.0", Complexity = Smallest,
            Summary = "Counts the members that all of several sets have, up to a limit.",
            Syntax = "numkeys:integer key [key ...] [LIMIT limit:integer]", Keys = Counted,
        },
        new("SUNIONCARD", -3, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Count(ref context, SetOperation.Union))
        {
            Group = CommandGroup.Set, Since = "8.10.0", Complexity = Total,
            Summary = "Counts the members that any of several sets has, up to a limit. The count is always exact.",
            Syntax = "numkeys:integer key [key ...] [APPROX] [LIMIT limit:integer]", Keys = Counted,
        },
        new("SDIFFCARD", -3, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Count(ref context, SetOperation.Difference))
        {
            Group = CommandGroup.Set, Since = "8.10.0", Complexity = Total,
            Summary = "Counts the members of a set that several others do not have, up to a limit.",
            Syntax = "numkeys:integer key [key ...] [LIMIT limit:integer]", Keys = Counted,
        },
    ];

    private static void Return(ref CommandContext context, SetOperation operation)
    {
        int keys = context.ArgCount - 1;
        if (!SetSource.TryGather(ref context, 1, keys, out SetSource[] sources)) return;
        Span<byte> scratch = stackalloc byte[Member.ScratchBytes];
        SetAlgebra algebra = new(
            operation, sources.AsSpan(0, keys), context.Key(1).Home.Owner.Heap, keepsResult: false, scratch);
        DeferredLength length = context.Reply.DeferSet();
        int count = 0;
        for (; algebra.MoveNext(); count++) context.Reply.Bulk(algebra.Current.Bytes);
        context.Reply.SetDeferred(length, count);
        algebra.Dispose();
        SetSource.Return(sources);
    }

    private static void Store(ref CommandContext context, SetOperation operation, KeyEvent change)
    {
        int keys = context.ArgCount - 2;
        if (!SetSource.TryGather(ref context, 2, keys, out SetSource[] sources)) return;
        Span<byte> scratch = stackalloc byte[Member.ScratchBytes];
        Key target = context.Key(1);
        SetAlgebra algebra = new(
            operation, sources.AsSpan(0, keys), target.Home.Owner.Heap, keepsResult: true, scratch);
        SetShape shape = default;
        while (algebra.MoveNext()) shape.Note(algebra.Current);
        long count = algebra.Result.Table.Count;
        SetResult.Store(target, algebra.Result, shape, context.Dataset.Encodings, change);
        context.Reply.Integer(count);
        algebra.Dispose();
        SetSource.Return(sources);
    }

    private static void Count(ref CommandContext context, SetOperation operation)
    {
        if (!TryReadCounted(ref context, operation, out int keys, out long limit)) return;
        if (!SetSource.TryGather(ref context, 2, keys, out SetSource[] sources)) return;
        Span<byte> scratch = stackalloc byte[Member.ScratchBytes];
        SetAlgebra algebra = new(
            operation, sources.AsSpan(0, keys), context.Key(2).Home.Owner.Heap, keepsResult: false, scratch);
        long count = 0;
        while ((limit == 0 || count < limit) && algebra.MoveNext()) count++;
        context.Reply.Integer(count);
        algebra.Dispose();
        SetSource.Return(sources);
    }

    private static bool TryReadCounted(ref CommandContext context, SetOperation operation, out int keys, out long limit)
    {
        limit = 0;
        keys = 0;
        if (!Numbers.TryParseInt64(context.Arg(1), out long count) || count < 1)
            return Refuse(ref context, "ERR numkeys should be greater than 0"u8);
        if (count > context.ArgCount - 2)
            return Refuse(ref context, "ERR Number of keys can't be greater than number of args"u8);
        keys = (int)count;
        for (int index = 2 + keys; index < context.ArgCount; index++)
        {
            if (operation == SetOperation.Union && context.ArgIs(index, "APPROX"u8)) continue;
            if (!context.ArgIs(index, "LIMIT"u8) || index + 1 == context.ArgCount)
                return Refuse(ref context, Errors.Syntax);
            if (!Numbers.TryParseInt64(context.Arg(++index), out limit) || limit < 0)
                return Refuse(ref context, "ERR LIMIT can't be negative"u8);
        }
        return true;
    }

    private static bool Refuse(ref CommandContext context, scoped ReadOnlySpan<byte> error)
    {
        context.Reply.Error(error);
        return false;
    }
}
