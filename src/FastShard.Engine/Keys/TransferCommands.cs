using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Keys;

/// <summary>Values that go from one key to another: RENAME, RENAMENX, COPY, MOVE.</summary>
public static class TransferCommands
{
    private const KeyAccess Source = KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Delete;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("RENAME", 3, CommandFlags.Write, static (ref CommandContext context) => Rename(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0",
            Complexity = "O(1), and freeing the value that is overwritten.",
            Summary = "Gives a key another name, in place of whatever had that name.",
            Syntax = "key newkey",
            Keys = [KeySpec.At(1, Source), KeySpec.At(2, KeyAccess.Overwrite | KeyAccess.Update)],
        },
        new("RENAMENX", 3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => RenameIfFree(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Gives a key another name if no key has that name.",
            Syntax = "key newkey",
            Keys = [KeySpec.At(1, Source), KeySpec.At(2, KeyAccess.Overwrite | KeyAccess.Insert)],
        },
        new("COPY", -3, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Copy(ref context))
        {
            Group = CommandGroup.Generic, Since = "6.2.0",
            Complexity = "O(N) for a collection of N elements, else O(1).",
            Summary = "Copies a key's value and deadline to another key.",
            Syntax = "source destination [DB destination-db:integer] [REPLACE]",
            Keys =
            [
                KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access),
                KeySpec.At(2, KeyAccess.Overwrite | KeyAccess.Update),
            ],
        },
        new("MOVE", 3, CommandFlags.Write | CommandFlags.Fast,
            static (ref CommandContext context) => Move(ref context))
        {
            Group = CommandGroup.Generic, Since = "1.0.0", Complexity = "O(1)",
            Summary = "Moves a key to another database if that has no key of this name.",
            Syntax = "key db:integer",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Update)],
        },
    ];

    private static void Rename(ref CommandContext context)
    {
        if (!TryFindSource(ref context, out Key source, out Entry entry)) return;
        if (!context.Arg(1).SequenceEqual(context.Arg(2))) Rename(source, entry, context.Key(2));
        context.Reply.Ok();
    }

    private static void RenameIfFree(ref CommandContext context)
    {
        if (!TryFindSource(ref context, out Key source, out Entry entry)) return;
        Key target = context.Key(2);
        bool isFree = !target.Home.TryPeek(target, out _);
        // Looking at the target may have removed it: the entry must be found again.
        if (isFree && source.Home.TryPeek(source, out entry)) Rename(source, entry, target);
        context.Reply.Integer(isFree ? 1 : 0);
    }

    private static bool TryFindSource(ref CommandContext context, out Key source, out Entry entry)
    {
        source = context.Key(1);
        if (source.Home.TryWrite(source, out entry)) return true;
        context.Reply.Error(Errors.NoSuchKey);
        return false;
    }

    private static void Rename(in Key source, in Entry entry, in Key target)
    {
        ValueType newType = entry.Type;
        bool isOverwritten = target.Home.TryPeek(target, out Entry old);
        ValueType oldType = isOverwritten ? old.Type : newType;
        // Looking at the target may have removed it: the entry must be found again.
        if (!source.Home.TryPeek(source, out Entry current)) return;
        EntryTransfer.Move(source, current, target);
        if (isOverwritten) target.Home.Overwritten(target, oldType, newType);
        source.Home.Modified(source, KeyEvent.RenameFrom);
        target.Home.Modified(target, KeyEvent.RenameTo);
    }

    private static void Copy(ref CommandContext context)
    {
        int database = context.Session.Db;
        bool replaces = false;
        for (int index = 3; index < context.ArgCount; index++)
        {
            if (context.ArgIs(index, "REPLACE"u8))
            {
                replaces = true;
            }
            else if (context.ArgIs(index, "DB"u8) && index + 1 < context.ArgCount)
            {
                if (!DatabaseArgument.TryGet(ref context, ++index, out database)) return;
            }
            else
            {
                context.Reply.Error(Errors.Syntax);
                return;
            }
        }
        if (database == context.Session.Db && context.Arg(1).SequenceEqual(context.Arg(2)))
        {
            context.Reply.Error(Errors.SameObject);
            return;
        }
        context.Reply.Integer(TryCopy(context.Key(1), context.Key(2, database), replaces) ? 1 : 0);
    }

    private static bool TryCopy(in Key source, in Key target, bool replaces)
    {
        if (!source.Home.TryRead(source, out _)) return false;
        bool isOverwritten = target.Home.TryPeek(target, out Entry old);
        ValueType oldType = isOverwritten ? old.Type : ValueType.String;
        if (isOverwritten)
        {
            if (!replaces) return false;
            target.Home.Table.Remove(ref old);
        }
        if (!source.Home.TryPeek(source, out Entry entry)) return false;
        ValueType newType = entry.Type;
        EntryTransfer.Copy(source, entry, target);
        if (isOverwritten) target.Home.Overwritten(target, oldType, newType);
        target.Home.Modified(target, KeyEvent.CopyTo);
        return true;
    }

    private static void Move(ref CommandContext context)
    {
        if (!DatabaseArgument.TryGet(ref context, 2, out int database)) return;
        if (database == context.Session.Db)
        {
            context.Reply.Error(Errors.SameObject);
            return;
        }
        Key source = context.Key(1);
        Key target = context.Key(1, database);
        if (!source.Home.TryWrite(source, out Entry entry) || target.Home.TryPeek(target, out _))
        {
            context.Reply.Integer(0);
            return;
        }
        EntryTransfer.Move(source, entry, target);
        source.Home.Modified(source, KeyEvent.MoveFrom);
        target.Home.Modified(target, KeyEvent.MoveTo);
        context.Reply.Integer(1);
    }
}
