using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>PFADD, PFCOUNT, PFMERGE, and what their tests look inside with: PFDEBUG, PFSELFTEST.</summary>
public static class HyperLogLogCommands
{
    private const CommandFlags Grows = CommandFlags.Write | CommandFlags.DenyOom;

    /// <summary>The declarations.</summary>
    public static readonly CommandSpec[] Specs =
    [
        new("PFADD", -2, Grows | CommandFlags.Fast, static (ref CommandContext context) => Add(ref context))
        {
            Group = CommandGroup.HyperLogLog,
            Since = "2.8.9",
            Complexity = "O(1) to add every element.",
            Summary = "Counts elements into a HyperLogLog; tells whether its estimate may have changed.",
            Syntax = "key [element [element ...]]",
            Keys = [KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Insert)],
        },
        new("PFCOUNT", -2, CommandFlags.ReadOnly | CommandFlags.MayReplicate,
            static (ref CommandContext context) => Count(ref context))
        {
            Group = CommandGroup.HyperLogLog,
            Since = "2.8.9",
            Complexity = "O(1) with a very small average constant time for one key. O(N) with N being the number of "
                + "keys, and much bigger constant times, for several.",
            Summary = "Returns about how many different elements one HyperLogLog, or several together, have counted.",
            Syntax = "key [key ...]",
            Keys = [KeySpec.Range(1, -1, 1, KeyAccess.ReadWrite | KeyAccess.Access)],
        },
        new("PFMERGE", -2, Grows, static (ref CommandContext context) => Merge(ref context))
        {
            Group = CommandGroup.HyperLogLog,
            Since = "2.8.9",
            Complexity = "O(N) to merge N HyperLogLogs, but with high constant times.",
            Summary = "Merges HyperLogLogs into one.",
            Syntax = "destkey [sourcekey:key [sourcekey:key ...]]",
            Keys =
            [
                KeySpec.At(1, KeyAccess.ReadWrite | KeyAccess.Access | KeyAccess.Insert),
                KeySpec.Range(2, -1, 1, KeyAccess.ReadOnly | KeyAccess.Access),
            ],
        },
        new("PFDEBUG", 3, Grows | CommandFlags.Admin, static (ref CommandContext context) => HllDebug.Run(ref context))
        {
            Group = CommandGroup.HyperLogLog,
            Since = "2.8.9",
            Complexity = "O(N) where N is the number of registers.",
            Summary = "Shows what is inside of a HyperLogLog, for tests and for developers.",
            Syntax = "subcommand key",
            Keys = [KeySpec.At(2, KeyAccess.ReadWrite | KeyAccess.Access)],
        },
        new("PFSELFTEST", 1, CommandFlags.Admin, static (ref CommandContext context) => HllSelfTest.Run(ref context))
        {
            Group = CommandGroup.HyperLogLog,
            Since = "2.8.9",
            Complexity = "O(1), though it takes some time.",
            Summary = "Tries the registers and the error of the estimate.",
        },
    ];

    /// <summary>What a write command finds at a key; wrong types are answered already.</summary>
    internal static Lookup Find(ref CommandContext context, in Key key, out Entry entry)
    {
        if (!key.Home.TryWrite(key, out entry)) return Lookup.Missing;
        return IsHyperLogLog(ref context, entry) ? Lookup.Found : Lookup.WrongType;
    }

    private static bool IsHyperLogLog(ref CommandContext context, in Entry entry)
    {
        if (HllFormat.Claims(entry)) return true;
        context.Reply.Error(entry.Type == Memory.ValueType.String ? Errors.NotAHyperLogLog : Errors.WrongType);
        return false;
    }

    private static void Add(ref CommandContext context)
    {
        Key key = context.Key(1);
        Lookup lookup = Find(ref context, key, out Entry entry);
        if (lookup == Lookup.WrongType) return;
        bool isChanged = lookup == Lookup.Missing;
        if (isChanged) entry = HllValue.Create(key);
        KeyTable table = key.Home.Table;
        long sparseBytesMax = context.Dataset.Encodings.HllSparseMaxBytes;
        for (int argument = 2; argument < context.ArgCount; argument++)
        {
            int index = HllHash.Place(context.Arg(argument), out int rank);
            HllSparseVerdict verdict = HllValue.Raise(table, ref entry, index, rank, sparseBytesMax);
            isChanged |= verdict == HllSparseVerdict.Changed;
            if (verdict != HllSparseVerdict.Corrupt) continue;
            if (isChanged) MarkChanged(key, ref entry);
            context.Reply.Error(Errors.CorruptHyperLogLog);
            return;
        }
        if (isChanged) MarkChanged(key, ref entry);
        context.Reply.Integer(isChanged ? 1 : 0);
    }

    private static void MarkChanged(in Key key, ref Entry entry)
    {
        KeyTable table = key.Home.Table;
        table.SetEncoding(ref entry, ValueEncoding.Raw);
        HllFormat.SetStale(table.Mutable(ref entry));
        key.Home.Modified(key, KeyEvent.PfAdd);
    }

    private static void Count(ref CommandContext context)
    {
        if (context.ArgCount == 2) CountOne(ref context);
        else CountTogether(ref context);
    }

    private static void CountOne(ref CommandContext context)
    {
        Key key = context.Key(1);
        if (!key.Home.TryRead(key, out Entry entry))
        {
            context.Reply.Integer(0);
            return;
        }
        if (!IsHyperLogLog(ref context, entry)) return;
        if (!HllFormat.TryCardinality(entry.Value, out long cardinality))
        {
            if (!HllValue.TryCount(entry.Value, out cardinality))
            {
                context.Reply.Error(Errors.CorruptHyperLogLog);
                return;
            }
            // The estimate is kept in the value, and that is a change of it, as DUMP and a replica see.
            HllFormat.SetCardinality(key.Home.Table.Mutable(ref entry), cardinality);
            key.Home.ModifiedSilently(key);
        }
        context.Reply.Integer(cardinality);
    }

    private static void CountTogether(ref CommandContext context)
    {
        Span<byte> registers = stackalloc byte[HllFormat.RegisterCount];
        registers.Clear();
        if (TryMerge(ref context, registers, out _)) context.Reply.Integer(HllEstimate.FromRegisters(registers));
    }

    /// <summary>Raises registers to those of all keys; false with the reply written.</summary>
    private static bool TryMerge(ref CommandContext context, scoped Span<byte> registers, out bool isAnyDense)
    {
        isAnyDense = false;
        for (int argument = 1; argument < context.ArgCount; argument++)
        {
            Key key = context.Key(argument);
            if (!key.Home.TryRead(key, out Entry entry)) continue;
            if (!IsHyperLogLog(ref context, entry)) return false;
            isAnyDense |= HllFormat.IsDense(entry.Value);
            if (HllValue.TryMergeInto(entry.Value, registers)) continue;
            context.Reply.Error(Errors.CorruptHyperLogLog);
            return false;
        }
        return true;
    }

    private static void Merge(ref CommandContext context)
    {
        Span<byte> registers = stackalloc byte[HllFormat.RegisterCount];
        registers.Clear();
        if (!TryMerge(ref context, registers, out bool isDense)) return;
        Key key = context.Key(1);
        if (!key.Home.TryWrite(key, out Entry entry)) entry = HllValue.Create(key);
        KeyTable table = key.Home.Table;
        if (isDense)
        {
            _ = HllValue.TryMakeDense(table, ref entry); // it was read just now, so it is not corrupt
            HllDense.Pack(registers, table.Mutable(ref entry));
        }
        else
        {
            long sparseBytesMax = context.Dataset.Encodings.HllSparseMaxBytes;
            for (int index = 0; index < HllFormat.RegisterCount; index++)
            {
                if (registers[index] > 0) HllValue.Raise(table, ref entry, index, registers[index], sparseBytesMax);
            }
        }
        MarkChanged(key, ref entry);
        context.Reply.Ok();
    }
}
