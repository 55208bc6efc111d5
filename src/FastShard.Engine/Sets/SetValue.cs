using FastShard.Engine.Collections;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sets;

/// <summary>
/// A set at hand, whichever way it is kept: integers in an <see cref="IntSet"/>, few short members in a listpack, all
/// others in a <see cref="FieldTable"/>. It changes from one to the next as Redis's sets do, and never back.
/// </summary>
internal struct SetValue
{
    private readonly Database _home;

    /// <summary>The entry, current through all changes made here.</summary>
    public Entry Entry;

    public SetValue(Database home, scoped in Entry entry)
    {
        _home = home;
        Entry = entry;
    }

    /// <summary>Whether there is no set: a missing key.</summary>
    public readonly bool IsNull => Entry.IsNull;

    /// <summary>Members.</summary>
    public readonly long Count => Entry.IsNull ? 0 : Entry.Encoding switch
    {
        ValueEncoding.IntSet => IntSet.Count(Entry.Value),
        ValueEncoding.ListPack => Listpack.Count(Entry.Value),
        _ => Table.Count,
    };

    /// <summary>The table, where that is how the set is kept.</summary>
    public readonly FieldTable Table => new(_home.Table.Structure(Entry));

    /// <summary>
    /// A new set for a first member, kept as Redis chooses for so many members to come.
    /// </summary>
    public static SetValue Create(in Key key, in Member first, long expected, EncodingLimits limits)
    {
        Entry entry;
        if (first.IsInteger && expected <= limits.SetMaxIntsetEntries)
        {
            entry = key.Home.Insert(key, ValueType.Set, ValueEncoding.IntSet, IntSet.EmptyBytes, 0);
            EntryIntSet.WriteEmpty(key.Home.Table, ref entry);
        }
        else if (expected <= limits.SetMaxListpackEntries)
        {
            entry = key.Home.Insert(key, ValueType.Set, ValueEncoding.ListPack, Listpack.EmptyBytes, 0);
            EntryPack.WriteEmpty(key.Home.Table, ref entry);
        }
        else
        {
            entry = key.Home.Insert(key, ValueType.Set, ValueEncoding.HashTable, FieldTable.RootBytes, 0);
            key.Home.Table.Structure(entry).Clear(FieldTable.RootBytes);
        }
        return new SetValue(key.Home, entry);
    }

    /// <summary>Makes it a table at once if so many members are about to come that it would become one.</summary>
    public void Expect(long members, EncodingLimits limits)
    {
        bool isTooMany = Entry.Encoding switch
        {
            ValueEncoding.IntSet => members > limits.SetMaxIntsetEntries,
            ValueEncoding.ListPack => members > limits.SetMaxListpackEntries,
            _ => false,
        };
        if (isTooMany) SetConversion.ToTable(_home.Table, ref Entry);
    }

    /// <summary>Whether a member is in it.</summary>
    public readonly bool Contains(in Member member) => !Entry.IsNull && Entry.Encoding switch
    {
        ValueEncoding.IntSet => member.IsInteger && IntSet.TryFind(Entry.Value, member.Integer, out _),
        ValueEncoding.ListPack => member.FindIn(Entry.Value, Listpack.First, 0) >= 0,
        _ => Table.TryFind(member.Bytes, member.Hash, out _),
    };

    /// <summary>Adds a member; false when it was there.</summary>
    public bool Add(in Member member, EncodingLimits limits) => Entry.Encoding switch
    {
        ValueEncoding.HashTable => Table.TryAdd(member.Bytes, member.Hash),
        ValueEncoding.IntSet => AddToIntegers(member, limits),
        _ => AddToPack(member, limits),
    };

    /// <summary>Removes a member; false when it is not there. The last one leaves an empty set to be removed.</summary>
    public bool Remove(in Member member)
    {
        switch (Entry.Encoding)
        {
            case ValueEncoding.IntSet:
                return member.IsInteger && new EntryIntSet(_home.Table, ref Entry).Remove(member.Integer);
            case ValueEncoding.ListPack:
                int at = member.FindIn(Entry.Value, Listpack.First, 0);
                if (at >= 0) new EntryPack(_home.Table, ref Entry).Remove(at, 1);
                return at >= 0;
            default:
                return Table.Remove(member.Bytes, member.Hash);
        }
    }

    /// <summary>A random member, all equally likely. The set must not be empty.</summary>
    public readonly PackElement Sample(ref ulong random)
    {
        if (Entry.Encoding != ValueEncoding.HashTable) return At((int)SplitMix.Below(ref random, Count));
        Table.TrySample(ref random, out FieldEntry entry);
        return entry.FieldElement;
    }

    /// <summary>A member of a set that is no table, by its rank.</summary>
    public readonly PackElement At(int rank)
    {
        if (Entry.Encoding == ValueEncoding.IntSet) return PackElement.OfInteger(IntSet.Get(Entry.Value, rank));
        return Listpack.Get(Entry.Value, Listpack.Seek(Entry.Value, rank));
    }

    /// <summary>All members.</summary>
    public readonly SetWalk Walk() => new(this);

    private bool AddToIntegers(in Member member, EncodingLimits limits)
    {
        KeyTable table = _home.Table;
        if (member.IsInteger)
        {
            if (!new EntryIntSet(table, ref Entry).TryAdd(member.Integer)) return false;
            if (Count > limits.SetMaxIntsetEntries) SetConversion.ToTable(table, ref Entry);
            return true;
        }
        bool fitsPack = Count < limits.SetMaxListpackEntries && member.Bytes.Length <= limits.SetMaxListpackValue
            && SetConversion.LongestInteger(Entry.Value) <= limits.SetMaxListpackValue;
        if (!fitsPack)
        {
            SetConversion.ToTable(table, ref Entry);
            return Table.TryAdd(member.Bytes);
        }
        SetConversion.ToPack(table, ref Entry);
        new EntryPack(table, ref Entry).Append(member.Bytes);
        return true;
    }

    private bool AddToPack(in Member member, EncodingLimits limits)
    {
        if (member.FindIn(Entry.Value, Listpack.First, 0) >= 0) return false;
        bool fits = Listpack.Count(Entry.Value) < limits.SetMaxListpackEntries
            && member.Bytes.Length <= limits.SetMaxListpackValue
            && Listpack.TotalBytes(Entry.Value) + member.Bytes.Length < EngineLimits.PackBytesMax;
        if (!fits)
        {
            SetConversion.ToTable(_home.Table, ref Entry);
            return Table.TryAdd(member.Bytes);
        }
        new EntryPack(_home.Table, ref Entry).Append(member.Bytes);
        return true;
    }
}
