using FastShard.Engine;
using FastShard.Engine.Commands;
using FastShard.Engine.Eviction;
using FastShard.Engine.Keys;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Objects;
using FastShard.Persistence.Rdb;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Persistence.Commands;

/// <summary>DUMP and RESTORE: a value as bytes that other servers read, and the way back.</summary>
public static class DumpCommands
{
    private const string RestoreSyntax = "key ttl:integer serialized-value [REPLACE] [ABSTTL]"
        + " [IDLETIME seconds:integer] [FREQ frequency:integer]";

    private const string RestoreComplexity = "O(1) to create the key, and O(N*M) for its N elements of average size M; "
        + "O(N*M*log(N)) for sorted sets.";

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("DUMP", 2, CommandFlags.ReadOnly, static (ref CommandContext context) => Dump(ref context))
        {
            Group = CommandGroup.Generic, Since = "2.6.0",
            Complexity = "O(N*M) for a value of N elements of average size M.",
            Summary = "Returns a serialized form of the value of a key.",
            Syntax = "key",
            Keys = [KeySpec.At(1, KeyAccess.ReadOnly | KeyAccess.Access)],
            Tips = ["nondeterministic_output"],
        },
        new("RESTORE", -4, CommandFlags.Write | CommandFlags.DenyOom,
            static (ref CommandContext context) => Restore(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Generic, Since = "2.6.0", Complexity = RestoreComplexity,
            Summary = "Makes a key of the serialized form of a value.",
            Syntax = RestoreSyntax,
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update)],
            Categories = AclCategories.Dangerous,
        },
        new("RESTORE-ASKING", -4, CommandFlags.Write | CommandFlags.DenyOom | CommandFlags.Asking,
            static (ref CommandContext context) => Restore(ref context))
        {
            Propagates = Propagation.Rewritten,
            Group = CommandGroup.Server, Since = "3.0.0", Complexity = RestoreComplexity,
            Summary = "RESTORE for a slot that is still on its way here: what a cluster's nodes send each other.",
            Syntax = RestoreSyntax,
            Keys = [KeySpec.At(1, KeyAccess.Overwrite | KeyAccess.Update)],
            Categories = AclCategories.Dangerous | AclCategories.Keyspace,
        },
    ];

    private static void Dump(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!key.Home.TryRead(key, out Entry entry))
        {
            context.Reply.Null();
            return;
        }
        using NativeBuffer payload = new(0);
        DumpPayload.Write(key.Home, entry, payload);
        context.Reply.Bulk(payload.Bytes);
    }

    private static void Restore(ref CommandContext context)
    {
        if (!RestoreOptions.TryRead(ref context, out RestoreOptions options)) return;
        Key key = context.Key(1);
        bool isTaken = key.Home.TryPeek(key, out Entry taken);
        ValueType oldType = isTaken ? taken.Type : default;
        if (isTaken && !options.Replaces)
        {
            context.Reply.Error("BUSYKEY Target key name already exists."u8);
            return;
        }
        if (!TryDeadline(ref context, options, out long deadlineMillis)) return;
        if (!DumpPayload.TryOpen(context.Arg(3), out RdbReader reader))
        {
            context.Reply.Error("ERR DUMP payload version or checksum are wrong"u8);
            return;
        }
        ObjectTarget target = new(key, deadlineMillis, context.Dataset.Encodings);
        if (!TryMake(ref reader, target, isTaken))
        {
            context.Reply.Error("ERR Bad data format"u8);
            return;
        }
        Finish(ref context, key, options, deadlineMillis, isTaken, oldType);
    }

    /// <summary>0 without a deadline; on failure the reply is written.</summary>
    private static bool TryDeadline(ref CommandContext context, in RestoreOptions options, out long deadlineMillis)
    {
        if (!context.TryGetInteger(2, out deadlineMillis)) return false;
        if (deadlineMillis < 0)
        {
            context.Reply.Error("ERR Invalid TTL value, must be >= 0"u8);
            return false;
        }
        if (deadlineMillis == 0 || options.IsAbsolute) return true;
        if (Deadline.TryMake(deadlineMillis, 1, context.NowMillis, out deadlineMillis)) return true;
        context.Reply.Error($"ERR invalid expire time in '{context.Spec.FullName}' command");
        return false;
    }

    /// <summary>
    /// Makes the value; a value that is to be replaced steps aside meanwhile, under a name that nobody uses, and comes
    /// back where the payload turns out to be none.
    /// </summary>
    private static bool TryMake(ref RdbReader reader, in ObjectTarget target, bool isTaken)
    {
        if (!isTaken) return DumpPayload.TryRead(ref reader, target);
        Key key = target.Key;
        uint announced = key.Home.Owner.AnnouncedClasses;
        key.Home.Owner.AnnouncedClasses = 0; // nobody is to hear of the comings and goings
        Span<byte> name = stackalloc byte[SpareName.BytesMax];
        Key spare = SpareName.Of(key, name);
        if (key.Home.TryPeek(key, out Entry old)) EntryTransfer.Move(key, old, spare);
        bool isMade = DumpPayload.TryRead(ref reader, target);
        if (key.Home.Table.TryFind(spare.Slot, spare.Hash, spare.Bytes, out old))
        {
            if (isMade) key.Home.Table.Remove(ref old);
            else EntryTransfer.Move(spare, old, key);
        }
        key.Home.Owner.AnnouncedClasses = announced;
        return isMade;
    }

    private static void Finish(
        ref CommandContext context, in Key key, in RestoreOptions options, long deadlineMillis, bool wasTaken,
        ValueType oldType)
    {
        bool isPast = deadlineMillis != 0 && key.Home.Owner.HasPassed(deadlineMillis);
        KeyTable table = key.Home.Table;
        if (table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry))
        {
            if (isPast)
            {
                table.Remove(ref entry);
            }
            else
            {
                long idleMillis = options.IdleSeconds < 0 ? -1 : Math.Min(options.IdleSeconds, int.MaxValue) * 1000;
                if (wasTaken) key.Home.Overwritten(key, oldType, entry.Type);
                AccessClock clock = key.Home.Owner.AccessClock;
                if (options.Frequency >= 0) clock.Tell(entry, key.Hash, options.Frequency, context.NowMillis);
                else clock.Restore(entry, idleMillis, frequency: -1, context.NowMillis);
            }
        }
        if (!isPast) key.Home.Modified(key, KeyEvent.Restore);
        else if (wasTaken) key.Home.Modified(key, KeyEvent.Del);
        if (!isPast) Rewrite(context, key, options, deadlineMillis);
        else if (wasTaken) key.Home.Rewrite()?.Write("DEL"u8, key.Bytes);
        context.Reply.Ok();
    }

    // The deadline is journalled as a moment; everything else as it was asked for.
    private static void Rewrite(in CommandContext context, in Key key, in RestoreOptions options, long deadlineMillis)
    {
        if (key.Home.Rewrite() is not { } effects) return;
        effects.Begin(context.ArgCount + (options.IsAbsolute ? 0 : 1));
        effects.Add("RESTORE"u8);
        effects.Add(key.Bytes);
        effects.Add(deadlineMillis);
        for (int index = 3; index < context.ArgCount; index++) effects.Add(context.Arg(index));
        if (!options.IsAbsolute) effects.Add("ABSTTL"u8);
    }
}
