using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.Sets;

/// <summary>Commands that choose members by chance: SPOP and SRANDMEMBER.</summary>
public static class SetRandomCommands
{
    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("SPOP", -2, CommandFlags.Write | CommandFlags.Fast, static (ref CommandContext context) => Pop(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1) for each member.",
            Summary = "Removes one or more random members from a set and returns them.",
            Syntax = "key [count:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete)],
            Tips = ["nondeterministic_output"],
        },
        new("SRANDMEMBER", -2, CommandFlags.ReadOnly, static (ref CommandContext context) => Random(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1) for each member.",
            Summary = "Returns one or more random members of a set; a negative count allows repetition.",
            Syntax = "key [count:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Tips = ["nondeterministic_output"],
        },
    ];

    // From this share of a set on, those that are left out are chosen instead.
    private const int LargeShare = 3;

    private static void Pop(ref CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (context.ArgCount == 3)
        {
            PopMany(ref context);
            return;
        }
        Key key = context.Key(1);
        switch (SetCommands.TryWrite(key, out SetValue set))
        {
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                break;
            case Lookup.Missing:
                context.Reply.Null();
                break;
            default:
                BeginRemoval(key, 1);
                PopOne(ref context, key, ref set);
                SetCommands.Removed(key, ref set, KeyEvent.SPop);
                break;
        }
    }

    private static void PopOne(ref CommandContext context, in Key key, ref SetValue set)
    {
        ref ulong random = ref key.Home.Owner.RandomState;
        KeyTable table = key.Home.Table;
        if (set.Entry.Encoding == ValueEncoding.HashTable)
        {
            FieldTable fields = set.Table;
            fields.TrySample(ref random, out FieldEntry entry);
            context.Reply.Bulk(entry.Field);
            key.Home.Rewrite()?.Add(entry.Field);
            fields.Remove(entry);
            return;
        }
        int rank = (int)SplitMix.Below(ref random, set.Count);
        PackElement member = set.At(rank);
        context.Reply.Element(member);
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        key.Home.Rewrite()?.Add(member.Bytes(digits));
        if (set.Entry.Encoding == ValueEncoding.IntSet)
            new EntryIntSet(table, ref set.Entry).RemoveAt(rank);
        else
            new EntryPack(table, ref set.Entry).Remove(Listpack.Seek(set.Entry.Value, rank), 1);
    }

    private static void PopMany(ref CommandContext context)
    {
        if (!Numbers.TryParseInt64(context.Arg(2), out long count) || count < 0)
        {
            context.Reply.Error(Errors.NotPositive);
            return;
        }
        Key key = context.Key(1);
        Lookup lookup = SetCommands.TryWrite(key, out SetValue set);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        count = Math.Min(count, set.Count);
        context.Reply.Set((int)count);
        if (count == 0) return;
        if (count < set.Count)
        {
            BeginRemoval(key, (int)count);
            for (long popped = 0; popped < count; popped++) PopOne(ref context, key, ref set);
            SetCommands.Removed(key, ref set, KeyEvent.SPop);
            return;
        }
        foreach (PackElement member in set.Walk()) context.Reply.Element(member);
        key.Home.Table.Remove(ref set.Entry);
        key.Home.Modified(key, KeyEvent.SPop);
        key.Home.Notify(key, KeyEvent.Del);
        key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
    }

    // What chance took is journalled by name: the members follow one by one.
    private static void BeginRemoval(in Key key, int members)
    {
        EffectJournal? effects = key.Home.Rewrite();
        effects?.Begin(2 + members);
        effects?.Add("SREM"u8);
        effects?.Add(key.Bytes);
    }

    private static void Random(ref CommandContext context)
    {
        if (context.ArgCount > 3)
        {
            context.Reply.Error(Errors.Syntax);
            return;
        }
        if (context.ArgCount == 3)
        {
            RandomMany(ref context);
            return;
        }
        Key key = context.Key(1);
        switch (SetCommands.TryRead(key, out SetValue set))
        {
            case Lookup.WrongType:
                context.Reply.Error(Errors.WrongType);
                break;
            case Lookup.Missing:
                context.Reply.Null();
                break;
            default:
                context.Reply.Element(set.Sample(ref key.Home.Owner.RandomState));
                break;
        }
    }

    private static void RandomMany(ref CommandContext context)
    {
        if (!RandomCount.TryRead(ref context, 2, mayPair: false, out RandomCount wanted)) return;
        Key key = context.Key(1);
        Lookup lookup = SetCommands.TryRead(key, out SetValue set);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (lookup == Lookup.Missing || wanted.Count == 0)
        {
            context.Reply.Array(0);
            return;
        }
        ref ulong random = ref key.Home.Owner.RandomState;
        if (wanted.MayRepeat)
        {
            context.Reply.Array((int)wanted.Count);
            for (long index = 0; index < wanted.Count && !context.IsReplyInVain; index++)
                context.Reply.Element(set.Sample(ref random));
            return;
        }
        long count = Math.Min(wanted.Count, set.Count);
        context.Reply.Array((int)count);
        if (set.Entry.Encoding != ValueEncoding.HashTable || count > set.Count / LargeShare)
            Select(ref context, set, count, ref random);
        else
            Draw(ref context, key, set, count, ref random);
    }

    // Each member in turn is taken with the chance that leaves all choices equally likely.
    private static void Select(ref CommandContext context, in SetValue set, long count, ref ulong random)
    {
        long left = set.Count;
        foreach (PackElement member in set.Walk())
        {
            if (count == 0) break;
            if (SplitMix.Below(ref random, left--) >= count) continue;
            context.Reply.Element(member);
            count--;
        }
    }

    // Few of many: drawn one by one, and those that come again are drawn anew.
    private static void Draw(ref CommandContext context, in Key key, in SetValue set, long count, ref ulong random)
    {
        DetachedTable drawn = new(key.Home.Owner.Heap);
        FieldTable table = set.Table;
        while (count > 0)
        {
            table.TrySample(ref random, out FieldEntry entry);
            if (!drawn.Table.TryAdd(entry.Field)) continue;
            context.Reply.Bulk(entry.Field);
            count--;
        }
        drawn.Dispose();
    }
}
