using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Strings;
using FastShard.Memory;
using FastShard.Native.Diagnostics;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Bitmaps;

/// <summary>
/// BITOP. The result is made in memory of its own, source by source, and then becomes the destination's value: the
/// destination may be one of the sources.
/// </summary>
internal static class BitOpCommand
{
    private const int DestinationIndex = 2;
    private const int FirstSourceIndex = 3;

    public static void Run(ref CommandContext context)
    {
        if (!TryReadOperation(ref context, out BitOperation operation)) return;
        if (!TryMeasure(ref context, out int length)) return;
        if (length == 0) RemoveDestination(ref context);
        else if (length < Blob.Threshold) StoreSmall(ref context, operation, length);
        else StoreLarge(ref context, operation, length);
        context.Reply.Integer(length);
    }

    private static bool TryReadOperation(ref CommandContext context, out BitOperation operation)
    {
        operation = default;
        if (context.ArgIs(1, "AND"u8)) operation = BitOperation.And;
        else if (context.ArgIs(1, "OR"u8)) operation = BitOperation.Or;
        else if (context.ArgIs(1, "XOR"u8)) operation = BitOperation.Xor;
        else if (context.ArgIs(1, "NOT"u8)) operation = BitOperation.Not;
        else if (context.ArgIs(1, "DIFF"u8)) operation = BitOperation.Diff;
        else if (context.ArgIs(1, "DIFF1"u8)) operation = BitOperation.Diff1;
        else if (context.ArgIs(1, "ANDOR"u8)) operation = BitOperation.AndOr;
        else if (context.ArgIs(1, "ONE"u8)) operation = BitOperation.One;
        else
        {
            context.Reply.Error(Errors.Syntax);
            return false;
        }
        return HasRightSources(ref context, operation);
    }

    private static bool HasRightSources(ref CommandContext context, BitOperation operation)
    {
        int sources = context.ArgCount - FirstSourceIndex;
        if (operation == BitOperation.Not && sources != 1)
        {
            context.Reply.Error("ERR BITOP NOT must be called with a single source key."u8);
            return false;
        }
        bool needsTwo = operation is BitOperation.Diff or BitOperation.Diff1 or BitOperation.AndOr;
        if (sources > 1 || !needsTwo) return true;
        string name = operation.ToString().ToUpperInvariant();
        context.Reply.Error($"ERR BITOP {name} must be called with at least two source keys.");
        return false;
    }

    /// <summary>Length of the longest source; false with the reply written when one is no string.</summary>
    private static bool TryMeasure(ref CommandContext context, out int length)
    {
        length = 0;
        for (int index = FirstSourceIndex; index < context.ArgCount; index++)
        {
            Key key = context.Key(index);
            Lookup lookup = key.Home.ReadString(key, out Entry entry);
            if (lookup == Lookup.WrongType)
            {
                context.Reply.Error(Errors.WrongType);
                return false;
            }
            if (lookup == Lookup.Found) length = Math.Max(length, StringValue.Length(entry));
        }
        return true;
    }

    private static void RemoveDestination(ref CommandContext context)
    {
        Key key = context.Key(DestinationIndex);
        if (key.Home.Remove(key)) key.Home.Modified(key, KeyEvent.Del);
    }

    private static void StoreSmall(ref CommandContext context, BitOperation operation, int length)
    {
        Span<byte> result = stackalloc byte[length];
        Compute(ref context, operation, result);
        Key key = context.Key(DestinationIndex);
        bool isFound = key.Home.TryWrite(key, out Entry entry);
        ValueType oldType = isFound ? entry.Type : ValueType.String;
        StringValue.SetRaw(key, isFound, ref entry, result, 0);
        if (isFound) key.Home.Overwritten(key, oldType, ValueType.String);
        key.Home.Modified(key, KeyEvent.Set);
    }

    private static void StoreLarge(ref CommandContext context, BitOperation operation, int length)
    {
        Blob result = Blob.Allocate(length);
        Compute(ref context, operation, result.Span);
        Key key = context.Key(DestinationIndex);
        bool isFound = key.Home.TryWrite(key, out Entry entry);
        ValueType oldType = isFound ? entry.Type : ValueType.String;
        StringValue.SetBlob(key, isFound, ref entry, result, 0);
        if (isFound) key.Home.Overwritten(key, oldType, ValueType.String);
        key.Home.Modified(key, KeyEvent.Set);
    }

    /// <summary>Fills <paramref name="result"/>, whatever it held: each byte is passed once a source.</summary>
    private static void Compute(ref CommandContext context, BitOperation operation, scoped Span<byte> result)
    {
        switch (operation)
        {
            case BitOperation.Not:
                Copy(ref context, FirstSourceIndex, result);
                BitCombiner.Not(result);
                break;
            case BitOperation.One:
                ComputeOne(ref context, result);
                break;
            case BitOperation.AndOr or BitOperation.Diff1:
                // The first source with, or without, what any of the others has.
                Copy(ref context, FirstSourceIndex + 1, result);
                CombineFrom(ref context, FirstSourceIndex + 2, BitOperation.Or, result);
                BitOperation last = operation == BitOperation.AndOr ? BitOperation.And : BitOperation.Diff;
                Combine(ref context, FirstSourceIndex, last, result);
                break;
            default:
                Copy(ref context, FirstSourceIndex, result);
                CombineFrom(ref context, FirstSourceIndex + 1, operation, result);
                break;
        }
    }

    /// <summary>Bits that are set in exactly one source: in an odd number of them, and not twice.</summary>
    private static void ComputeOne(ref CommandContext context, scoped Span<byte> result)
    {
        Blob twice = Blob.Allocate(result.Length);
        Blob common = Blob.Allocate(result.Length);
        twice.Span.Clear();
        Copy(ref context, FirstSourceIndex, result);
        for (int index = FirstSourceIndex + 1; index < context.ArgCount; index++)
        {
            result.CopyTo(common.Span);
            Combine(ref context, index, BitOperation.And, common.Span);
            BitCombiner.Or(twice.Span, common.ReadOnly);
            Combine(ref context, index, BitOperation.Xor, result);
        }
        BitCombiner.AndNot(result, twice.ReadOnly);
        common.Release();
        twice.Release();
    }

    private static void Copy(ref CommandContext context, int index, scoped Span<byte> result)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        Key key = context.Key(index);
        ReadOnlySpan<byte> source = key.Home.TryPeek(key, out Entry entry) ? StringValue.Bytes(entry, scratch) : [];
        source.CopyTo(result);
        result[source.Length..].Clear();
    }

    private static void CombineFrom(
        ref CommandContext context, int first, BitOperation operation, scoped Span<byte> result)
    {
        for (int index = first; index < context.ArgCount; index++) Combine(ref context, index, operation, result);
    }

    /// <summary>Combines one source into the result; a missing key is all zeros.</summary>
    private static void Combine(ref CommandContext context, int index, BitOperation operation, scoped Span<byte> result)
    {
        Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
        Key key = context.Key(index);
        bool isFound = key.Home.TryPeek(key, out Entry entry);
        Invariant.Slow(!isFound || entry.Type == ValueType.String);
        ReadOnlySpan<byte> source = isFound ? StringValue.Bytes(entry, scratch) : [];
        switch (operation)
        {
            case BitOperation.And: BitCombiner.And(result, source); break;
            case BitOperation.Or: BitCombiner.Or(result, source); break;
            case BitOperation.Xor: BitCombiner.Xor(result, source); break;
            case BitOperation.Diff: BitCombiner.AndNot(result, source); break;
        }
    }
}
