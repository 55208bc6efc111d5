using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Sorting;

/// <summary>SORT and SORT_RO: the elements of a list, set or sorted set in another order.</summary>
public static class SortCommands
{
    private const string Complexity = "O(N+M*log(M)) where N is the number of elements and M that of those returned.";

    private const string Patterns =
        "key [BY by-pattern:pattern] [LIMIT offset:integer count:integer] [GET get-pattern:pattern "
        + "[GET get-pattern:pattern ...]] [ASC | DESC] [ALPHA]";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("SORT", -2, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Sort(ref context, mayStore: true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = Complexity,
            Summary = "Sorts the elements of a list, a set or a sorted set, and returns or stores them.",
            Syntax = Patterns + " [STORE destination]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Categories = AclCategories.Set | AclCategories.SortedSet | AclCategories.List | AclCategories.Dangerous,
            FindKeys = static (in ArgumentView arguments, KeyPositions keys) => FindKeys(arguments, keys),
            ReachesBeyondKeys = static (in ArgumentView arguments) =>
                SortOptions.NamesOtherKeys(arguments, mayStore: true),
        },
        new("SORT_RO", -2, CommandFlags.ReadOnly,
            static (ref CommandContext context) => Sort(ref context, mayStore: false))
        {
            Group = CommandGroup.Generic, Since = "7.0.0", Complexity = Complexity,
            Summary = "Returns the sorted elements of a list, a set or a sorted set.",
            Syntax = Patterns,
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Categories = AclCategories.Set | AclCategories.SortedSet | AclCategories.List | AclCategories.Dangerous,
            ReachesBeyondKeys = static (in ArgumentView arguments) =>
                SortOptions.NamesOtherKeys(arguments, mayStore: false),
        },
    ];

    private static bool FindKeys(in ArgumentView arguments, KeyPositions keys)
    {
        keys.Add(1, KeyAccess.ReadOnly | KeyAccess.Access);
        int store = SortOptions.FindStore(arguments);
        if (store > 0) keys.Add(store, KeyAccess.Overwrite | KeyAccess.Update);
        return true;
    }

    private static void Sort(ref CommandContext context, bool mayStore)
    {
        if (!SortOptions.TryRead(ref context, mayStore, out SortOptions options)) return;
        Key key = context.Key(1);
        bool isFound = key.Home.TryRead(key, out Entry entry);
        if (isFound && !SortSource.IsSortable(entry))
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        using SortArena arena = new();
        if (isFound) Gather(context, key, entry, ref options, arena);
        if (!options.KeepsOrder)
        {
            if (!TryWeigh(ref context, options, arena)) return;
            arena.Items.Sort(new SortOrder(arena, options));
        }
        (int start, int count) = Range(options, arena.Items.Length);
        if (options.StoreIndex > 0) SortStore.Run(ref context, options, arena, start, count);
        else Reply(ref context, options, arena, start, count);
    }

    /// <summary>
    /// The elements in their own order; that of a set depends on chance, so a set that is to be stored unsorted is
    /// sorted by its members.
    /// </summary>
    private static void Gather(
        in CommandContext context, in Key key, in Entry entry, ref SortOptions options, SortArena arena)
    {
        if (options.KeepsOrder && entry.Type == Memory.ValueType.Set && options.StoreIndex > 0)
        {
            options.KeepsOrder = false;
            options.IsAlphabetic = true;
            options.ByIndex = 0;
        }
        SortSource.Gather(key.Home, entry, context.Dataset.Encodings, arena);
        bool isOrdered = entry.Type != Memory.ValueType.Set;
        if (options.KeepsOrder && options.IsDescending && isOrdered) arena.Items.Reverse();
    }

    /// <summary>Finds out what each element is sorted by; false, with the reply, where that is no number.</summary>
    private static bool TryWeigh(ref CommandContext context, in SortOptions options, SortArena arena)
    {
        SortPattern pattern = options.ByIndex > 0 ? new SortPattern(context.Arg(options.ByIndex)) : default;
        Span<byte> scratch = stackalloc byte[Numbers.MaxInt64Bytes];
        bool areNumbers = true;
        foreach (ref SortItem item in arena.Items)
        {
            scoped ReadOnlySpan<byte> text = arena.Element(item);
            if (options.ByIndex > 0 && !pattern.TryLookUp(context, text, scratch, out text))
            {
                item.TextOffset = -1;
                continue;
            }
            if (!options.IsAlphabetic)
            {
                areNumbers &= TryNumber(text, out item.Weight);
            }
            else if (options.ByIndex > 0)
            {
                item.TextOffset = arena.Store(text);
                item.TextLength = text.Length;
            }
        }
        if (!areNumbers) context.Reply.Error("ERR One or more scores can't be converted into double"u8);
        return areNumbers;
    }

    // As C reads numbers: blanks in front are passed over, and nothing at all is 0.
    private static bool TryNumber(ReadOnlySpan<byte> text, out double number)
    {
        text = text.TrimStart(" \t\n\v\f\r"u8);
        number = 0;
        return text.IsEmpty || Numbers.TryParseDouble(text, out number);
    }

    private static (int Start, int Count) Range(in SortOptions options, int length)
    {
        long start = Math.Clamp(options.Offset, 0, length);
        long count = options.Count < 0 ? length : Math.Min(options.Count, length);
        return ((int)start, (int)Math.Min(count, length - start));
    }

    private static void Reply(ref CommandContext context, in SortOptions options, SortArena arena, int start, int count)
    {
        context.Reply.Array(count * Math.Max(options.GetCount, 1));
        Span<byte> scratch = stackalloc byte[Numbers.MaxInt64Bytes];
        foreach (ref SortItem item in arena.Items.Slice(start, count))
        {
            ReadOnlySpan<byte> element = arena.Element(item);
            if (options.GetCount == 0) context.Reply.Bulk(element);
            int option = 2;
            for (int get = 0; get < options.GetCount; get++)
            {
                SortPattern pattern = new(context.Arg(SortOptions.NextGet(context, ref option)));
                if (pattern.TryLookUp(context, element, scratch, out ReadOnlySpan<byte> value))
                    context.Reply.Bulk(value);
                else
                    context.Reply.Null();
            }
        }
    }
}
