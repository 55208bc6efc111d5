using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Lists;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sorting;

/// <summary>
/// SORT's STORE: the result as a list. All of it is put aside before the destination is touched, which may be the key
/// that was sorted, or one that GET looks at.
/// </summary>
internal static class SortStore
{
    public static void Run(ref CommandContext context, in SortOptions options, SortArena arena, int start, int count)
    {
        using SortArena result = new();
        foreach (ref SortItem item in arena.Items.Slice(start, count)) Collect(context, options, arena, item, result);
        Key target = context.Key(options.StoreIndex);
        bool isTaken = target.Home.TryPeek(target, out Entry old);
        ValueType oldType = isTaken ? old.Type : default;
        if (isTaken) target.Home.Table.Remove(ref old);
        if (isTaken) target.Home.Rewrite()?.Write("DEL"u8, target.Bytes);
        if (result.Items.Length > 0)
        {
            if (isTaken) target.Home.ExpectReplacement();
            Store(context, target, result);
            if (isTaken) target.Home.Overwritten(target, oldType, ValueType.List);
            target.Home.Modified(target, KeyEvent.SortStore);
        }
        else if (isTaken)
        {
            target.Home.Modified(target, KeyEvent.Del);
        }
        context.Reply.Integer(result.Items.Length);
    }

    private static void Collect(
        in CommandContext context, in SortOptions options, SortArena arena, in SortItem item, SortArena result)
    {
        ReadOnlySpan<byte> element = arena.Element(item);
        if (options.GetCount == 0) result.Add(element);
        Span<byte> scratch = stackalloc byte[Numbers.MaxInt64Bytes];
        int option = 2;
        for (int get = 0; get < options.GetCount; get++)
        {
            SortPattern pattern = new(context.Arg(SortOptions.NextGet(context, ref option)));
            // A list cannot hold nothing: what is missing becomes an empty element.
            _ = pattern.TryLookUp(context, element, scratch, out ReadOnlySpan<byte> value);
            result.Add(value);
        }
    }

    private static void Store(in CommandContext context, in Key target, SortArena result)
    {
        ListValue list = ListValue.Create(target, context.Dataset.Encodings);
        foreach (ref SortItem item in result.Items) list.Push(result.Element(item), atHead: false);
        // The order of what was not sorted (BY nosort) is not the same everywhere.
        if (target.Home.Rewrite() is not { } effects) return;
        effects.Begin(2 + result.Items.Length);
        effects.Add("RPUSH"u8);
        effects.Add(target.Bytes);
        foreach (ref SortItem item in result.Items) effects.Add(result.Element(item));
    }
}
