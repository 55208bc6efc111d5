using FastShard.Engine.Collections;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.Hashes;

/// <summary>Commands that read or set fields together with their deadlines: HGETEX, HSETEX and HGETDEL.</summary>
public static class HashExtendedCommands
{
    private const string Each = "O(1) for each field.";
    private const string Times = "EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds:unix-time"
        + " | PXAT unix-time-milliseconds:unix-time";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("HGETEX", -5, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => GetEx(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "8.0.0", Complexity = Each,
            Summary = "Returns the values of fields of a hash and changes the fields' deadlines.",
            Syntax = "key [" + Times + " | PERSIST] FIELDS numfields:integer field [field ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
        },
        new("HSETEX", -6, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Fast,
            static (ref CommandContext context) => SetEx(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "8.0.0", Complexity = Each,
            Summary = "Sets fields of a hash with a deadline, if all or none of the fields exist.",
            Syntax = "key [FNX | FXX] [" + Times + " | KEEPTTL] FIELDS numfields:integer field value [field value ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Update)],
        },
        new("HGETDEL", -5, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => GetDel(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Hash, Since = "8.0.0", Complexity = Each,
            Summary = "Returns the values of fields of a hash and removes the fields.",
            Syntax = "key FIELDS numfields:integer field [field ...]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete)],
        },
    ];

    private static void GetEx(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        if (!FieldTime.TryReadOption(ref context, 2, out bool isTime, out long deadline)) return;
        bool persists = context.ArgIs(2, "PERSIST"u8);
        int at = isTime ? 4 : persists ? 3 : 2;
        if (!FieldList.TryRead(ref context, at)) return;
        context.Reply.Array(context.ArgCount - at - 2);
        bool isPast = isTime && deadline <= key.Home.Owner.NowMillis;
        bool isChanged = false;
        for (int index = at + 2; index < context.ArgCount; index++)
        {
            Member field = new(context.Arg(index));
            if (!HashReadCommands.Value(context.Reply, hash, field) || !(isTime || persists)) continue;
            hash.TryGet(field, out HashField found);
            if (persists && found.DeadlineMillis == 0) continue;
            isChanged = true;
            if (isPast) hash.Remove(field);
            else HashExpireCommands.SetDeadline(key, ref hash, field, found, deadline);
            if (isPast) HashEffects.Remove(key, field);
            else HashEffects.SetDeadline(key, field, deadline);
        }
        KeyEvent change = isPast ? KeyEvent.HDel : persists ? KeyEvent.HPersist : KeyEvent.HExpire;
        if (isChanged) HashLookup.Removed(key, ref hash, change);
    }

    private static void GetDel(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        if (!FieldList.TryRead(ref context, 2)) return;
        context.Reply.Array(context.ArgCount - 4);
        bool isChanged = false;
        for (int index = 4; index < context.ArgCount; index++)
        {
            Member field = new(context.Arg(index));
            if (!HashReadCommands.Value(context.Reply, hash, field)) continue;
            hash.Remove(field);
            HashEffects.Remove(key, field);
            isChanged = true;
        }
        if (isChanged) HashLookup.Removed(key, ref hash, KeyEvent.HDel);
    }

    private static void SetEx(ref CommandContext context)
    {
        if (!SetExOptions.TryParse(ref context, out SetExOptions options)) return;
        Key key = context.Key(1);
        if (!HashLookup.TryWrite(ref context, key, out HashValue hash)) return;
        if (!options.IsMet(context, hash))
        {
            context.Reply.Integer(0);
            return;
        }
        bool isPast = options.HasTime && options.DeadlineMillis <= key.Home.Owner.NowMillis;
        if (isPast) SetPast(ref context, key, ref hash, options);
        else SetLive(ref context, key, ref hash, options);
        context.Reply.Integer(1);
    }

    private static void SetLive(ref CommandContext context, in Key key, ref HashValue hash, in SetExOptions options)
    {
        // It is a hash or nothing: no error can come.
        if (!HashWriteCommands.TryOpen(ref context, key, options.FirstField, out hash)) return;
        EncodingLimits limits = context.Dataset.Encodings;
        for (int index = options.FirstField; index < context.ArgCount; index += 2)
        {
            Member field = new(context.Arg(index));
            hash.Set(field, context.Arg(index + 1), options.KeepsDeadline || options.HasTime, limits);
            if (options.HasTime)
            {
                hash.TryGet(field, out HashField found);
                HashExpireCommands.SetDeadline(key, ref hash, field, found, options.DeadlineMillis);
            }
            HashEffects.Set(key, hash, field, context.Arg(index + 1));
        }
        key.Home.Modified(key, KeyEvent.HSet);
        if (options.HasTime) key.Home.Notify(key, KeyEvent.HExpire);
    }

    // Fields with a deadline that is over already are set and gone at once.
    private static void SetPast(ref CommandContext context, in Key key, ref HashValue hash, in SetExOptions options)
    {
        _ = key.Home.Rewrite(); // where no field was there, there is nothing to journal
        for (int index = options.FirstField; index < context.ArgCount && !hash.IsNull; index += 2)
        {
            Member field = new(context.Arg(index));
            hash.Remove(field);
            HashEffects.Remove(key, field);
        }
        bool isEmpty = hash.Count == 0;
        if (isEmpty && !hash.IsNull) key.Home.Table.Remove(ref hash.Entry);
        key.Home.Modified(key, KeyEvent.HSet);
        key.Home.Notify(key, KeyEvent.HDel);
        if (isEmpty) key.Home.Notify(key, KeyEvent.Del);
    }
}
