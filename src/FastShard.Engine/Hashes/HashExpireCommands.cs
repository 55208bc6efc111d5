using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Expiry;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Hashes;

/// <summary>Commands that set, take away and tell the deadlines of fields.</summary>
public static class HashExpireCommands
{
    private const long NoField = -2;
    private const long NoDeadline = -1;
    private const long NotMet = 0;
    private const long Done = 1;
    private const long Deleted = 2;

    private const long MillisPerSecond = 1000;

    private const string Fields = "FIELDS numfields:integer field [field ...]";
    private const string Conditions = "[NX | XX | GT | LT] ";
    private const string Each = "O(1) for each field.";

    private const CommandFlags Changes = CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast;
    private const CommandFlags Reads = CommandFlags.ReadOnly | CommandFlags.Fast;

    private static readonly KeySpec[] Changed = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)];

    private static readonly KeySpec[] Read = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)];

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("HEXPIRE", -6, Changes, static (ref CommandContext context) => Expire(ref context, true, false))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Gives fields of a hash so many seconds to live.",
            Syntax = "key seconds:integer " + Conditions + Fields, Keys = Changed,
        },
        new("HPEXPIRE", -6, Changes, static (ref CommandContext context) => Expire(ref context, false, false))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Gives fields of a hash so many milliseconds to live.",
            Syntax = "key milliseconds:integer " + Conditions + Fields, Keys = Changed,
        },
        new("HEXPIREAT", -6, Changes, static (ref CommandContext context) => Expire(ref context, true, true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Lets fields of a hash live until a moment, given in seconds since 1970.",
            Syntax = "key unix-time-seconds:unix-time " + Conditions + Fields, Keys = Changed,
        },
        new("HPEXPIREAT", -6, Changes, static (ref CommandContext context) => Expire(ref context, false, true))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Lets fields of a hash live until a moment, given in milliseconds since 1970.",
            Syntax = "key unix-time-milliseconds:unix-time " + Conditions + Fields, Keys = Changed,
        },
        new("HPERSIST", -5, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Persist(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Takes the deadlines of fields of a hash away.",
            Syntax = "key " + Fields, Keys = Changed,
        },
        new("HTTL", -5, Reads, static (ref CommandContext context) => Tell(ref context, true, false))
        {
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Returns the seconds that fields of a hash have to live.",
            Syntax = "key " + Fields, Keys = Read, Tips = ["nondeterministic_output"],
        },
        new("HPTTL", -5, Reads, static (ref CommandContext context) => Tell(ref context, false, false))
        {
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Returns the milliseconds that fields of a hash have to live.",
            Syntax = "key " + Fields, Keys = Read, Tips = ["nondeterministic_output"],
        },
        new("HEXPIRETIME", -5, Reads, static (ref CommandContext context) => Tell(ref context, true, true))
        {
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Returns until when fields of a hash live, in seconds since 1970.",
            Syntax = "key " + Fields, Keys = Read,
        },
        new("HPEXPIRETIME", -5, Reads, static (ref CommandContext context) => Tell(ref context, false, true))
        {
            Group = CommandGroup.Hash, Since = "7.4.0", Complexity = Each,
            Summary = "Returns until when fields of a hash live, in milliseconds since 1970.",
            Syntax = "key " + Fields, Keys = Read,
        },
    ];

    /// <summary>Gives a live field that was just found a deadline, and has it looked after.</summary>
    internal static void SetDeadline(
        in Key key, ref HashValue hash, in Member field, scoped in HashField found, long deadlineMillis)
    {
        if (deadlineMillis == found.DeadlineMillis) return;
        hash.SetDeadline(field, found, deadlineMillis);
        if (deadlineMillis != 0) FieldExpiry.Note(key, ref hash, deadlineMillis);
    }

    private static void Expire(ref CommandContext context, bool isSeconds, bool isAbsolute)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        if (!FieldTime.TryRead(ref context, 2, isSeconds, isAbsolute, out long deadline)) return;
        FieldCondition condition = ConditionOf(context, 3);
        int at = condition == FieldCondition.None ? 3 : 4;
        if (!FieldList.TryRead(ref context, at, "ERR Parameter `numFields` should be greater than 0")) return;
        int fields = context.ArgCount - at - 2;
        context.Reply.Array(fields);
        bool isPast = deadline <= key.Home.Owner.NowMillis;
        int changed = 0;
        for (int index = at + 2; index < context.ArgCount; index++)
        {
            Member field = new(context.Arg(index));
            if (!hash.TryGet(field, out HashField found))
            {
                context.Reply.Integer(NoField);
                continue;
            }
            if (!IsMet(condition, found.DeadlineMillis, deadline))
            {
                context.Reply.Integer(NotMet);
                continue;
            }
            if (isPast) hash.Remove(field);
            else SetDeadline(key, ref hash, field, found, deadline);
            if (isPast) HashEffects.Remove(key, field);
            else HashEffects.SetDeadline(key, field, deadline);
            context.Reply.Integer(isPast ? Deleted : Done);
            key.Home.Owner.ChangedFields.Note(field.Bytes);
            changed++;
        }
        if (changed > 0) HashLookup.Removed(key, ref hash, isPast ? KeyEvent.HDel : KeyEvent.HExpire);
    }

    private static FieldCondition ConditionOf(in CommandContext context, int index)
    {
        if (context.ArgIs(index, "NX"u8)) return FieldCondition.Without;
        if (context.ArgIs(index, "XX"u8)) return FieldCondition.With;
        if (context.ArgIs(index, "GT"u8)) return FieldCondition.Later;
        return context.ArgIs(index, "LT"u8) ? FieldCondition.Earlier : FieldCondition.None;
    }

    // A field without a deadline counts as living for ever.
    private static bool IsMet(FieldCondition condition, long before, long after) => condition switch
    {
        FieldCondition.Without => before == 0,
        FieldCondition.With => before != 0,
        FieldCondition.Later => before != 0 && after > before,
        FieldCondition.Earlier => before == 0 || after < before,
        _ => true,
    };

    private static void Persist(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        if (!FieldList.TryRead(ref context, 2)) return;
        context.Reply.Array(context.ArgCount - 4);
        bool isChanged = false;
        for (int index = 4; index < context.ArgCount; index++)
        {
            Member field = new(context.Arg(index));
            bool isFound = hash.TryGet(field, out HashField found);
            bool changes = isFound && found.DeadlineMillis != 0;
            if (changes)
            {
                SetDeadline(key, ref hash, field, found, 0);
                HashEffects.SetDeadline(key, field, 0);
                key.Home.Owner.ChangedFields.Note(field.Bytes);
                isChanged = true;
            }
            context.Reply.Integer(changes ? Done : isFound ? NoDeadline : NoField);
        }
        if (isChanged) key.Home.Modified(key, KeyEvent.HPersist);
    }

    private static void Tell(ref CommandContext context, bool isSeconds, bool isAbsolute)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryRead(ref context, key, out HashValue hash)) return;
        if (!FieldList.TryRead(ref context, 2)) return;
        context.Reply.Array(context.ArgCount - 4);
        for (int index = 4; index < context.ArgCount; index++)
        {
            bool isFound = hash.TryGet(new Member(context.Arg(index)), out HashField found);
            long millis = found.DeadlineMillis - (isAbsolute ? 0 : context.NowMillis);
            if (!isFound) context.Reply.Integer(NoField);
            else if (found.DeadlineMillis == 0) context.Reply.Integer(NoDeadline);
            else context.Reply.Integer(isSeconds ? (millis + MillisPerSecond - 1) / MillisPerSecond : millis);
        }
    }
}
