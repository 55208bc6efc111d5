using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.HyperLogLogs;

/// <summary>A HyperLogLog in its entry: changed in place, growing with the entry, from sparse to dense once.</summary>
internal static class HllValue
{
    /// <summary>Makes a key an empty HyperLogLog.</summary>
    public static Entry Create(in Key key)
    {
        Entry entry = key.Home.Insert(key, ValueType.String, ValueEncoding.Raw, HllFormat.EmptyBytes, 0);
        HllFormat.WriteEmpty(key.Home.Table.Mutable(ref entry));
        return entry;
    }

    /// <summary>
    /// Raises a register. Sparse values longer than <paramref name="sparseBytesMax"/> become dense; corrupt ones stay
    /// as they are.
    /// </summary>
    public static HllSparseVerdict Raise(
        KeyTable table, ref Entry entry, int index, int rank, long sparseBytesMax)
    {
        if (HllFormat.IsDense(entry.Value)) return RaiseDense(table, ref entry, index, rank);
        Span<byte> scratch = stackalloc byte[HllSparseChange.ScratchBytes];
        HllSparseChange change = new(scratch);
        int length = entry.ValueLength;
        bool fits = rank <= HllSparse.RankMax;
        if (fits)
        {
            HllSparseVerdict verdict = change.Plan(entry.Value, index, rank);
            if (verdict != HllSparseVerdict.Changed) return verdict;
            fits = change.Growth <= 0 || length + change.Growth <= sparseBytesMax;
        }
        if (!fits)
            return TryMakeDense(table, ref entry)
                ? RaiseDense(table, ref entry, index, rank)
                : HllSparseVerdict.Corrupt;
        if (change.Growth > 0) table.Resize(ref entry, length + change.Growth);
        int after = change.Apply(table.Mutable(ref entry), length);
        if (after != entry.ValueLength) table.Resize(ref entry, after);
        return HllSparseVerdict.Changed;
    }

    /// <summary>Makes a sparse value dense; false if it is corrupt. The cached cardinality stays.</summary>
    public static bool TryMakeDense(KeyTable table, ref Entry entry)
    {
        if (HllFormat.IsDense(entry.Value)) return true;
        Span<byte> registers = stackalloc byte[HllFormat.RegisterCount];
        registers.Clear();
        if (!HllSparse.TryMergeInto(entry.Value, registers)) return false;
        long cardinality = HllFormat.Cardinality(entry.Value);
        table.Resize(ref entry, HllFormat.DenseBytes);
        Span<byte> value = table.Mutable(ref entry);
        HllFormat.WriteHeader(value, HllFormat.Dense, cardinality);
        HllDense.Pack(registers, value);
        return true;
    }

    /// <summary>Raises byte registers to those of a value; false if it is corrupt.</summary>
    public static bool TryMergeInto(ReadOnlySpan<byte> value, Span<byte> registers)
    {
        if (!HllFormat.IsDense(value)) return HllSparse.TryMergeInto(value, registers);
        HllDense.MergeInto(value, registers);
        return true;
    }

    /// <summary>The estimate; false if the value is corrupt.</summary>
    public static bool TryCount(ReadOnlySpan<byte> value, out long cardinality)
    {
        cardinality = 0;
        if (HllFormat.IsDense(value))
        {
            Span<byte> registers = stackalloc byte[HllFormat.RegisterCount];
            registers.Clear();
            HllDense.MergeInto(value, registers);
            cardinality = HllEstimate.FromRegisters(registers);
            return true;
        }
        Span<int> counts = stackalloc int[HllEstimate.CountsLength];
        if (!HllSparse.TryCount(value, counts)) return false;
        cardinality = HllEstimate.FromCounts(counts);
        return true;
    }

    private static HllSparseVerdict RaiseDense(KeyTable table, ref Entry entry, int index, int rank) =>
        HllDense.Raise(table.Mutable(ref entry), index, rank)
            ? HllSparseVerdict.Changed
            : HllSparseVerdict.Unchanged;
}
