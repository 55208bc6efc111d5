using FastShard.Engine.Collections;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Hashes;

/// <summary>
/// A hash at hand, whichever way it is kept: few short fields in a listpack, with deadlines in one of another form, all
/// others in a <see cref="FieldTable"/>. It changes from one to the next as Redis's hashes do, and never back.
/// </summary>
internal struct HashValue
{
    private readonly Database _home;

    /// <summary>The entry, current through all changes made here.</summary>
    public Entry Entry;

    public HashValue(Database home, scoped in Entry entry)
    {
        _home = home;
        Entry = entry;
    }

    /// <summary>Whether there is no hash: a missing key.</summary>
    public readonly bool IsNull => Entry.IsNull;

    /// <summary>Fields, those included whose deadline has passed and that are still there.</summary>
    public readonly long Count => Entry.IsNull ? 0
        : IsTable ? Table.Count : HashPack.Count(Entry.Value, Entry.Encoding);

    /// <summary>Whether it is kept in a table.</summary>
    public readonly bool IsTable => Entry.Encoding == ValueEncoding.HashTable;

    /// <summary>The table, where that is how the hash is kept.</summary>
    public readonly FieldTable Table => new(_home.Table.Structure(Entry));

    /// <summary>The database that it lies in.</summary>
    public readonly Database Home => _home;

    /// <summary>When somebody should look for passed deadlines; 0 = never.</summary>
    public readonly long NextCheckMillis => Entry.Encoding switch
    {
        ValueEncoding.ListPack => 0,
        ValueEncoding.ListPackEx => HashPack.NextCheck(Entry.Value),
        _ => Table.NextCheckMillis,
    };

    /// <summary>Whether some field's deadline may have passed, while the field is still there.</summary>
    public readonly bool MayHavePassed
    {
        get
        {
            if (Entry.Encoding == ValueEncoding.ListPack) return false;
            long now = _home.Owner.NowMillis;
            if (!IsTable) return HashPack.NextCheck(Entry.Value) is not 0 and var check && check <= now;
            FieldTable table = Table;
            return table.VolatileCount > 0
                && (table.WalkPosition != 0 || table.WalkEarliestMillis == 0 || table.WalkEarliestMillis <= now);
        }
    }

    /// <summary>A new hash without fields.</summary>
    public static HashValue Create(in Key key)
    {
        Entry entry = key.Home.Insert(key, ValueType.Hash, ValueEncoding.ListPack, Listpack.EmptyBytes, 0);
        EntryPack.WriteEmpty(key.Home.Table, ref entry);
        return new HashValue(key.Home, entry);
    }

    /// <summary>Finds a field whose deadline has not passed.</summary>
    public readonly bool TryGet(scoped in Member field, out HashField found) =>
        TryFind(field, out found) && !found.IsPassed(_home.Owner.NowMillis);

    /// <summary>Finds a field, be its deadline passed or not.</summary>
    public readonly bool TryFind(scoped in Member field, out HashField found)
    {
        found = default;
        if (Entry.IsNull) return false;
        if (IsTable)
        {
            if (!Table.TryFind(field.Bytes, field.Hash, out FieldEntry entry)) return false;
            found = new HashField(entry);
            return true;
        }
        ReadOnlySpan<byte> pack = Entry.Value;
        ValueEncoding encoding = Entry.Encoding;
        int at = field.FindIn(pack, HashPack.FirstField(pack, encoding), HashPack.Stride(encoding) - 1);
        if (at < 0) return false;
        found = new HashField(pack, at, HashPack.HasDeadlines(encoding));
        return true;
    }

    /// <summary>
    /// Makes it a table at once if it will not stay packed with so many fields, or one of such a length.
    /// </summary>
    public void Expect(long fields, int longest, EncodingLimits limits)
    {
        if (IsTable) return;
        if (longest > limits.HashMaxListpackValue || fields > limits.HashMaxListpackEntries)
            HashConversion.ToTable(_home.Table, ref Entry);
    }

    /// <summary>
    /// Gives a field a value; true where the field is new. Its deadline goes, unless it is to be kept. Lengths were
    /// announced by <see cref="Expect"/>.
    /// </summary>
    public bool Set(in Member field, ReadOnlySpan<byte> value, bool keepsDeadline, EncodingLimits limits)
    {
        if (IsTable) return SetInTable(field, value, keepsDeadline);
        bool isFound = TryFind(field, out HashField found);
        bool isLive = isFound && !found.IsPassed(_home.Owner.NowMillis);
        long deadline = keepsDeadline && isLive ? found.DeadlineMillis : 0;
        if (isFound) ReplaceInPack(found.At, found.DeadlineMillis, value, deadline);
        else AddToPack(field, value, limits);
        return !isLive;
    }

    /// <summary>Removes a field; false when it is not there, or not any more.</summary>
    public bool Remove(in Member field)
    {
        if (!TryFind(field, out HashField found)) return false;
        bool isLive = !found.IsPassed(_home.Owner.NowMillis);
        if (IsTable) Table.Remove(found.Entry);
        else new EntryPack(_home.Table, ref Entry).Remove(found.At, HashPack.Stride(Entry.Encoding));
        return isLive;
    }

    /// <summary>
    /// Gives a field that was just found another deadline, 0 to take it away. Whoever looks after deadlines is told
    /// apart from this.
    /// </summary>
    public void SetDeadline(in Member field, scoped in HashField found, long deadlineMillis)
    {
        if (IsTable)
        {
            Table.SetDeadline(found.Entry, deadlineMillis);
            return;
        }
        int at = found.At;
        if (!HashPack.HasDeadlines(Entry.Encoding))
        {
            HashConversion.ToPackWithDeadlines(_home.Table, ref Entry);
            TryFind(field, out HashField moved);
            at = moved.At;
        }
        ReadOnlySpan<byte> pack = Entry.Value;
        int deadlineAt = Listpack.Next(pack, Listpack.Next(pack, at));
        new EntryPack(_home.Table, ref Entry).Replace(deadlineAt, deadlineMillis);
    }

    /// <summary>Changes <see cref="NextCheckMillis"/>; not of a plain pack, which has no deadlines.</summary>
    public void SetNextCheck(long millis)
    {
        if (IsTable)
        {
            FieldTable table = Table;
            table.NextCheckMillis = millis;
        }
        else
        {
            new EntryPack(_home.Table, ref Entry).Replace(Listpack.First, millis);
        }
    }

    /// <summary>All fields.</summary>
    public readonly HashWalk Walk() => new(this);

    private readonly bool SetInTable(in Member field, ReadOnlySpan<byte> value, bool keepsDeadline)
    {
        FieldTable table = Table;
        ulong hash = field.Hash;
        if (!table.TryFind(field.Bytes, hash, out FieldEntry entry))
        {
            table.Add(field.Bytes, hash, value, 0);
            return true;
        }
        long deadline = entry.DeadlineMillis;
        bool isLive = deadline == 0 || deadline > _home.Owner.NowMillis;
        table.Replace(entry, hash, value, keepsDeadline && isLive ? deadline : 0);
        return !isLive;
    }

    private void ReplaceInPack(int at, long oldDeadline, ReadOnlySpan<byte> value, long deadline)
    {
        EntryPack pack = new(_home.Table, ref Entry);
        int deadlineAt = pack.Replace(Listpack.Next(Entry.Value, at), value);
        if (deadline != oldDeadline) pack.Replace(deadlineAt, deadline);
    }

    private void AddToPack(in Member field, ReadOnlySpan<byte> value, EncodingLimits limits)
    {
        bool isSafe = (long)Listpack.TotalBytes(Entry.Value) + field.Bytes.Length + value.Length
            < EngineLimits.PackBytesMax;
        if (!isSafe || Count >= limits.HashMaxListpackEntries)
        {
            HashConversion.ToTable(_home.Table, ref Entry);
            Table.Set(field.Bytes, value, 0);
            return;
        }
        EntryPack pack = new(_home.Table, ref Entry);
        pack.Insert(Listpack.EndOf(Entry.Value), field.Bytes, value);
        if (HashPack.HasDeadlines(Entry.Encoding)) pack.Insert(Listpack.EndOf(Entry.Value), 0);
    }
}
