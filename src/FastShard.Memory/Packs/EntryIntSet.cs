namespace FastShard.Memory;

/// <summary>A set of integers that is the value of an entry, which grows and shrinks along.</summary>
public ref struct EntryIntSet
{
    private readonly KeyTable _table;
    private readonly ref Entry _entry;

    /// <summary>The set of <paramref name="entry"/>, which is kept up to date when its block moves.</summary>
    public EntryIntSet(KeyTable table, ref Entry entry)
    {
        _table = table;
        _entry = ref entry;
    }

    /// <summary>Makes a key's new value, of <see cref="IntSet.EmptyBytes"/> bytes, an empty set.</summary>
    public static void WriteEmpty(KeyTable table, ref Entry entry) => IntSet.WriteEmpty(table.Mutable(ref entry));

    /// <summary>Adds a member; false when it was there.</summary>
    public bool TryAdd(long member)
    {
        if (IntSet.TryFind(_entry.Value, member, out int rank)) return false;
        _table.Resize(ref _entry, IntSet.BytesWith(_entry.Value, member));
        IntSet.Insert(_table.Mutable(ref _entry), rank, member);
        return true;
    }

    /// <summary>Fills an empty set with sorted members.</summary>
    public void Fill(ReadOnlySpan<long> sorted)
    {
        if (sorted.IsEmpty) return;
        int width = Math.Max(IntSet.WidthOf(sorted[0]), IntSet.WidthOf(sorted[^1]));
        _table.Resize(ref _entry, IntSet.EmptyBytes + (sorted.Length * width));
        IntSet.Fill(_table.Mutable(ref _entry), width, sorted);
    }

    /// <summary>Removes a member; false when it is not there.</summary>
    public bool Remove(long member)
    {
        if (!IntSet.TryFind(_entry.Value, member, out int rank)) return false;
        RemoveAt(rank);
        return true;
    }

    /// <summary>Removes a member by its rank.</summary>
    public void RemoveAt(int rank)
    {
        int length = _entry.ValueLength;
        _table.Resize(ref _entry, length - IntSet.Remove(_table.Mutable(ref _entry), rank));
    }
}
