using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Strings;
using FastShard.Memory;

namespace FastShard.Engine.Bitmaps;

/// <summary>
/// BITFIELD and BITFIELD_RO. The operations are read twice: once to see that all of them are right and how long the
/// string gets, so that nothing changes on an error; and once to run them. So no list of them has to be made.
/// </summary>
internal static class BitFieldCommand
{
    private const int FirstOperationIndex = 2;

    private enum Verb
    {
        Get,
        Set,
        IncrBy,
        Overflow,
    }

    private ref struct Operation
    {
        public Verb Verb;
        public BitFieldType Type;
        public long Offset;
        public long Argument;
        public BitOverflow Overflow;
    }

    public static void Run(ref CommandContext context, bool readOnly)
    {
        if (!TryCheck(ref context, out int replies, out long lastWrittenBit)) return;
        if (lastWrittenBit < 0)
        {
            RunReads(ref context, replies);
            return;
        }
        if (readOnly)
        {
            context.Reply.Error("ERR BITFIELD_RO only supports the GET subcommand"u8);
            return;
        }
        RunWrites(ref context, replies, (int)(lastWrittenBit >> 3) + 1);
    }

    /// <summary>Reads all the operations; on failure the reply is written. No write gives a last bit of -1.</summary>
    private static bool TryCheck(ref CommandContext context, out int replies, out long lastWrittenBit)
    {
        replies = 0;
        lastWrittenBit = -1;
        Operation operation = default;
        for (int index = FirstOperationIndex; index < context.ArgCount;)
        {
            if (!TryRead(ref context, ref index, ref operation)) return false;
            if (operation.Verb == Verb.Overflow) continue;
            replies++;
            if (operation.Verb != Verb.Get)
                lastWrittenBit = Math.Max(lastWrittenBit, operation.Offset + operation.Type.Bits - 1);
        }
        return true;
    }

    private static void RunReads(ref CommandContext context, int replies)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.ReadString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        ReadOnlySpan<byte> bytes = lookup == Lookup.Found ? StringValue.Bytes(entry, scratch) : [];
        context.Reply.Array(replies);
        Operation operation = default;
        for (int index = FirstOperationIndex; index < context.ArgCount;)
        {
            TryRead(ref context, ref index, ref operation);
            if (operation.Verb == Verb.Get)
                context.Reply.Integer(operation.Type.Read(bytes, operation.Offset));
        }
    }

    private static void RunWrites(ref CommandContext context, int replies, int length)
    {
        Key key = context.Key(1);
        Lookup lookup = key.Home.WriteString(key, out Entry entry);
        if (lookup == Lookup.WrongType)
        {
            context.Reply.Error(Errors.WrongType);
            return;
        }
        bool isFound = lookup == Lookup.Found;
        bool isChanged = !isFound || StringValue.Length(entry) < length;
        Span<byte> bytes = StringValue.Open(key, isFound, ref entry, length);
        context.Reply.Array(replies);
        Operation operation = default;
        for (int index = FirstOperationIndex; index < context.ArgCount;)
        {
            TryRead(ref context, ref index, ref operation);
            if (operation.Verb != Verb.Overflow) isChanged |= Execute(ref context, operation, bytes);
        }
        if (isChanged) key.Home.Modified(key, KeyEvent.SetBit);
    }

    /// <summary>Runs one operation and replies to it; true when it changed the string.</summary>
    private static bool Execute(ref CommandContext context, in Operation operation, scoped Span<byte> bytes)
    {
        long old = operation.Type.Read(bytes, operation.Offset);
        if (operation.Verb == Verb.Get)
        {
            context.Reply.Integer(old);
            return false;
        }
        if (!operation.Type.TryFit(Wanted(operation, old), operation.Overflow, out long value))
        {
            context.Reply.Null();
            return false;
        }
        operation.Type.Write(bytes, operation.Offset, value);
        context.Reply.Integer(operation.Verb == Verb.Set ? old : value);
        return value != old;
    }

    private static Int128 Wanted(in Operation operation, long old)
    {
        if (operation.Verb == Verb.IncrBy) return (Int128)old + operation.Argument;
        // A negative number set into an unsigned field is taken as the unsigned 64 bits that it is made of.
        return operation.Type.IsSigned ? operation.Argument : (Int128)(ulong)operation.Argument;
    }

    /// <summary>
    /// Reads the operation at <paramref name="index"/> and moves behind it. OVERFLOW stays in force for the operations
    /// that follow. On failure the reply is written.
    /// </summary>
    private static bool TryRead(ref CommandContext context, ref int index, ref Operation operation)
    {
        int values = context.ArgCount - index - 1;
        if (context.ArgIs(index, "OVERFLOW"u8) && values >= 1)
            return TryReadOverflow(ref context, ref index, ref operation);
        if (context.ArgIs(index, "GET"u8) && values >= 2) operation.Verb = Verb.Get;
        else if (context.ArgIs(index, "SET"u8) && values >= 3) operation.Verb = Verb.Set;
        else if (context.ArgIs(index, "INCRBY"u8) && values >= 3) operation.Verb = Verb.IncrBy;
        else
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        if (!BitFieldType.TryParse(context.Arg(index + 1), out operation.Type))
        {
            context.Reply.Error(Errors.BitFieldType);
            return false;
        }
        if (!BitOffset.TryRead(ref context, index + 2, operation.Type.Bits, out operation.Offset)) return false;
        if (operation.Verb != Verb.Get && !context.TryGetInteger(index + 3, out operation.Argument)) return false;
        index += operation.Verb == Verb.Get ? 3 : 4;
        return true;
    }

    private static bool TryReadOverflow(ref CommandContext context, ref int index, ref Operation operation)
    {
        operation.Verb = Verb.Overflow;
        if (context.ArgIs(index + 1, "WRAP"u8)) operation.Overflow = BitOverflow.Wrap;
        else if (context.ArgIs(index + 1, "SAT"u8)) operation.Overflow = BitOverflow.Saturate;
        else if (context.ArgIs(index + 1, "FAIL"u8)) operation.Overflow = BitOverflow.Fail;
        else
        {
            context.Reply.Error("ERR Invalid OVERFLOW type specified"u8);
            return false;
        }
        index += 2;
        return true;
    }
}
