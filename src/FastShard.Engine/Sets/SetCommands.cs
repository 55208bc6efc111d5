using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sets;

/// <summary>Commands about members of one set, and SMOVE.</summary>
public static class SetCommands
{
    private const CommandFlags Grows = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags Reads = CommandFlags.ReadOnly | CommandFlags.Fast;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("SADD", -3, Grows, static (ref CommandContext context) => Add(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1) for each member.",
            Summary = "Adds members to a set; a missing key counts as an empty set.",
            Syntax = "key member [member ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("SREM", -3, CommandFlags.Write | CommandFlags.Fast, static (ref CommandContext context) => Rem(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1) for each member.",
            Summary = "Removes members from a set; the key goes with the last of them.",
            Syntax = "key member [member ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Delete)],
        },
        new("SMOVE", 4, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Move(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Moves a member from one set to another.",
            Syntax = "source destination member",
            Keys =
            [
                KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete),
                KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Insert),
            ],
        },
        new("SISMEMBER", 3, Reads, static (ref CommandContext context) => IsMember(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Tells whether a member is in a set.",
            Syntax = "key member",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
        new("SMISMEMBER", -3, Reads, static (ref CommandContext context) => AreMembers(ref context))
        {
            Group = CommandGroup.Set, Since = "6.2.0", Complexity = "O(1) for each member.",
            Summary = "Tells for each of several members whether it is in a set.",
            Syntax = "key member [member ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
        new("SCARD", 2, Reads, static (ref CommandContext context) => Count(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Returns the number of members of a set.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly)],
        },
        new("SMEMBERS", 2, CommandFlags.ReadOnly, static (ref CommandContext context) => Members(ref context))
        {
            Group = CommandGroup.Set, Since = "1.0.0", Complexity = "O(N) for N members.",
            Summary = "Returns all members of a set.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Tips = ["nondeterministic_output_order"],
        },
        new("SSCAN", -3, CommandFlags.ReadOnly, static (ref CommandContext context) => Scan(ref context))
        {
            Group = CommandGroup.Set, Since = "2.8.0", Complexity = "O(1) for every call, O(N) for a complete walk.",
            Summary = "Lists members of a set a few at a time.",
            Syntax = "key cursor:integer [MATCH pattern:pattern] [COUNT count:integer]",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Tips = ["nondeterministic_output"],
        },
    ];

    /// <summary>Looks a set up to change it.</summary>
    internal static Lookup TryWrite(in Key key, out SetValue set)
    {
        Lookup lookup = key.Home.Write(key, ValueType.Set, out Entry entry);
        set = lookup == Lookup.Found ? new SetValue(key.Home, entry) : default;
        return lookup;
    }

    /// <summary>Looks a set up to read it.</summary>
    internal static Lookup TryRead(in Key key, out SetValue set)
    {
        Lookup lookup = key.Home.Read(key, ValueType.Set, out Entry entry);
        set = lookup == Lookup.Found ? new SetValue(key.Home, entry) : default;
        return lookup;
    }

    /// <summary>After members were removed: reports it, and removes the key with the last of them.</summary>
    internal static void Removed(in Key key, ref SetValue set, KeyEvent change)
    {
        bool isEmpty = set.Count == 0;
        if (isEmpty) key.Home.Table.Remove(ref set.Entry);
        key.Home.Modified(key, change);
        if (isEmpty) key.Home.Notify(key, KeyEvent.Del);
    }

    private static void Add(ref CommandContext context)
    {
        Key key = context.Key(1);
        EncodingLimits limits = context.Dataset.Encodings;
        Lookup lookup = TryWrite(key, out SetValue set);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        int members = context.ArgCount - 2;
        Member member = context.Element(2);
        if (lookup == Lookup.Missing) set = SetValue.Create(key, member, members, limits);
        else set.Expect(members, limits);
        int added = set.Add(member, limits) ? 1 : 0;
        for (int index = 3; index < context.ArgCount; index++)
        {
            if (set.Add(context.Element(index), limits)) added++;
        }
        if (added > 0) key.Home.Modified(key, KeyEvent.SAdd);
        context.Reply.Integer(added);
    }

    private static void Rem(ref CommandContext context)
    {
        Key key = context.Key(1);
        Lookup lookup = TryWrite(key, out SetValue set);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        int removed = 0;
        for (int index = 2; index < context.ArgCount && lookup == Lookup.Found && set.Count > 0; index++)
        {
            if (set.Remove(context.Element(index))) removed++;
        }
        if (removed > 0) Removed(key, ref set, KeyEvent.SRem);
        context.Reply.Integer(removed);
    }

    private static void Move(ref CommandContext context)
    {
        Key source = context.Key(1);
        Key target = context.Key(2);
        Member member = new(context.Arg(3));
        Lookup from = TryWrite(source, out SetValue set);
        if (from == Lookup.Missing)
        {
            context.Reply.Integer(0);
            return;
        }
        Lookup to = TryWrite(target, out SetValue other);
        if (from == Lookup.WrongType || to == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isSame = source.Home == target.Home && source.Bytes.SequenceEqual(target.Bytes);
        // Looking at the target may have removed it: what is to be changed is looked up again.
        bool moves = TryWrite(source, out set) == Lookup.Found && set.Contains(member);
        context.Reply.Integer(moves ? 1 : 0);
        if (!moves || isSame) return;
        set.Remove(member);
        Removed(source, ref set, KeyEvent.SRem);
        EncodingLimits limits = context.Dataset.Encodings;
        if (TryWrite(target, out other) == Lookup.Missing) other = SetValue.Create(target, member, 1, limits);
        if (other.Add(member, limits)) target.Home.Modified(target, KeyEvent.SAdd);
    }

    private static void IsMember(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (TryRead(key, out SetValue set) == Lookup.WrongType)
            context.Reply.Error(Errors.WrongType);
        else
            context.Reply.Integer(set.Contains(context.Element(2)) ? 1 : 0);
    }

    private static void AreMembers(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (TryRead(key, out SetValue set) == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        context.Reply.Array(context.ArgCount - 2);
        for (int index = 2; index < context.ArgCount; index++)
            context.Reply.Integer(set.Contains(context.Element(index)) ? 1 : 0);
    }

    private static void Count(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (TryRead(key, out SetValue set) == Lookup.WrongType) context.Reply.Error(Errors.WrongType);
        else context.Reply.Integer(set.Count);
    }

    private static void Members(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (TryRead(key, out SetValue set) == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        context.Reply.Set((int)set.Count);
        if (set.IsNull) return;
        foreach (PackElement member in set.Walk()) context.Reply.Element(member);
    }

    private static void Scan(ref CommandContext context)
    {
        if (!ElementScan.TryCursor(ref context, 2, out uint position, out bool isOver)) return;
        Key key = context.Key(1);
        Lookup lookup = TryRead(key, out SetValue set);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        if (lookup == Lookup.Missing)
        {
            ElementScan.ReplyNothing(ref context);
            return;
        }
        if (!ElementScan.TryOptions(ref context, 3, false, out ElementScan options)) return;
        ReplyMark beforeCursor = ElementScan.Begin(ref context, out DeferredLength length);
        int count = 0;
        if (set.Entry.Encoding != ValueEncoding.HashTable)
        {
            position = 0;
            foreach (PackElement member in set.Walk()) count += Write(context.Reply, options, member);
        }
        else if (!isOver)
        {
            count = ScanTable(context.Reply, set, options, ref position);
        }
        ElementScan.End(ref context, beforeCursor, length, isOver ? 0 : position, count);
    }

    private static int ScanTable(
        in ReplyWriter reply, in SetValue set, scoped in ElementScan options, ref uint position)
    {
        Span<FieldEntry> found = stackalloc FieldEntry[ElementScan.StepMax];
        int written = 0;
        long left = options.Count;
        do
        {
            int count = set.Table.Scan(ref position, found);
            foreach (FieldEntry entry in found[..count]) written += Write(reply, options, entry.FieldElement);
            left -= Math.Max(count, 1);
        }
        while (left > 0 && position != 0);
        return written;
    }

    private static int Write(in ReplyWriter reply, scoped in ElementScan options, PackElement member)
    {
        if (!options.Accepts(member)) return 0;
        reply.Element(member);
        return 1;
    }
}
