using System.Buffers;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.SortedSets;

/// <summary>
/// A key's sorted set, whichever way it is kept: a listpack while it is small, then a structure. A set that became
/// empty is removed by whoever emptied it (<see cref="RemoveKey"/>).
/// </summary>
internal ref struct SortedSetValue
{
    private readonly KeyTable _table;
    private Entry _entry;

    private SortedSetValue(KeyTable table, Entry entry)
    {
        _table = table;
        _entry = entry;
    }

    /// <summary>Members.</summary>
    public readonly long Count => IsPacked ? PackedSortedSet.Count(_entry.Value) : Set.Count;

    /// <summary>Whether the set is a listpack.</summary>
    public readonly bool IsPacked => _entry.Encoding == ValueEncoding.ListPack;

    /// <summary>The listpack of a small set.</summary>
    public readonly ReadOnlySpan<byte> Pack => _entry.Value;

    /// <summary>The structure of a large set.</summary>
    public readonly SortedSet Set => new(_table.Structure(_entry));

    /// <summary>Finds the set of a key for reading.</summary>
    public static Lookup Read(scoped in Key key, out SortedSetValue value)
    {
        Lookup lookup = key.Home.Read(key, ValueType.SortedSet, out Entry entry);
        value = new SortedSetValue(key.Home.Table, entry);
        return lookup;
    }

    /// <summary>Finds the set of a key for changing.</summary>
    public static Lookup Write(scoped in Key key, out SortedSetValue value)
    {
        Lookup lookup = key.Home.Write(key, ValueType.SortedSet, out Entry entry);
        value = new SortedSetValue(key.Home.Table, entry);
        return lookup;
    }

    /// <summary>The set of an entry that is known to hold one.</summary>
    public static SortedSetValue Of(KeyTable table, scoped in Entry entry) => new(table, entry);

    /// <summary>
    /// Makes an empty set for a key that does not exist, as large as it is about to become.
    /// </summary>
    public static SortedSetValue Create(
        scoped in Key key, EncodingLimits limits, long expectedCount, int longestMember, long expiryMillis = 0)
    {
        KeyTable table = key.Home.Table;
        if (expectedCount <= limits.SortedSetMaxListpackEntries && longestMember <= limits.SortedSetMaxListpackValue)
        {
            Entry packed = key.Home.Insert(
                key, ValueType.SortedSet, ValueEncoding.ListPack, Listpack.EmptyBytes, expiryMillis);
            EntryPack.WriteEmpty(table, ref packed);
            return new SortedSetValue(table, packed);
        }
        Entry entry = key.Home.Insert(
            key, ValueType.SortedSet, ValueEncoding.SkipList, SortedSet.RootBytes, expiryMillis);
        table.Structure(entry).Clear(SortedSet.RootBytes);
        return new SortedSetValue(table, entry);
    }

    /// <summary>Looks a member up.</summary>
    public readonly FoundMember Find(scoped ReadOnlySpan<byte> member)
    {
        if (!IsPacked) return new FoundMember(Set.Find(member));
        ReadOnlySpan<byte> pack = _entry.Value;
        int at = PackedSortedSet.Find(pack, member);
        return new FoundMember(at, at < 0 ? 0 : ScoreText.Read(pack, Listpack.Next(pack, at)));
    }

    /// <summary>Members in front of one that exists.</summary>
    public readonly long RankOf(scoped in FoundMember found) =>
        IsPacked ? PackedSortedSet.RankOf(_entry.Value, found.At) : Set.RankOf(found.Member);

    /// <summary>Members with a score below one, or equal to it.</summary>
    public readonly long CountBelow(double score, bool orEqual) =>
        IsPacked ? PackedSortedSet.CountBelow(_entry.Value, score, orEqual) : Set.CountBelow(score, orEqual);

    /// <summary>Members that come before some bytes, or are them; for sets of one score.</summary>
    public readonly long CountBelow(scoped ReadOnlySpan<byte> member, bool orEqual) =>
        IsPacked ? PackedSortedSet.CountBelow(_entry.Value, member, orEqual) : Set.CountBelow(member, orEqual);

    /// <summary>A walk in order from a rank on.</summary>
    public readonly SortedWalk Walk(long rank, bool backwards, Span<byte> scratch) => IsPacked
        ? new SortedWalk(_entry.Value, scratch, rank, backwards)
        : new SortedWalk(Set.Walk(rank, backwards));

    /// <summary>Adds a member that is not there yet, or gives one that is another score.</summary>
    public void Put(scoped in FoundMember found, scoped ReadOnlySpan<byte> member, double score, EncodingLimits limits)
    {
        if (!IsPacked)
        {
            if (found.Exists) Set.Move(found.Member, score);
            else Set.Add(found.Member, member, score);
            return;
        }
        EntryPack pack = new(_table, ref _entry);
        if (found.Exists)
        {
            pack.Remove(found.At, 2);
        }
        else if (pack.Count / 2 >= limits.SortedSetMaxListpackEntries
            || member.Length > limits.SortedSetMaxListpackValue
            || _entry.ValueLength + member.Length >= EngineLimits.PackBytesMax)
        {
            Unpack();
            Set.Add(Set.Find(member), member, score);
            return;
        }
        Span<byte> scratch = stackalloc byte[Numbers.MaxDoubleBytes];
        pack.Insert(PackedSortedSet.PlaceFor(pack.Bytes, member, score), member, ScoreText.Format(score, scratch));
    }

    /// <summary>
    /// Adds a member that is not there and comes behind all others, to a set that was created for all that it will
    /// hold.
    /// </summary>
    public void Append(scoped ReadOnlySpan<byte> member, double score)
    {
        if (!IsPacked)
        {
            Set.Add(Set.Find(member), member, score);
            return;
        }
        Span<byte> scratch = stackalloc byte[Numbers.MaxDoubleBytes];
        EntryPack pack = new(_table, ref _entry);
        pack.Insert(Listpack.EndOf(pack.Bytes), member, ScoreText.Format(score, scratch));
    }

    /// <summary>Removes a member that exists.</summary>
    public void Remove(scoped in FoundMember found)
    {
        if (IsPacked) new EntryPack(_table, ref _entry).Remove(found.At, 2);
        else Set.Remove(found.Member);
    }

    /// <summary>Removes so many members from a rank on, all of which must exist.</summary>
    public void RemoveRange(long rank, long count)
    {
        if (count == 0) return;
        if (IsPacked)
            new EntryPack(_table, ref _entry).Remove(Listpack.Seek(_entry.Value, (int)rank * 2), (int)count * 2);
        else
            Set.RemoveRange(rank, count);
    }

    /// <summary>Removes the key: the set is empty, or all of it goes.</summary>
    public void RemoveKey() => _table.Remove(ref _entry);

    /// <summary>Makes a listpack a structure.</summary>
    public void Unpack()
    {
        byte[] copy = ArrayPool<byte>.Shared.Rent(_entry.ValueLength);
        _entry.Value.CopyTo(copy);
        ReadOnlySpan<byte> pack = copy.AsSpan(0, _entry.ValueLength);
        _table.Replace(
            ref _entry, ValueType.SortedSet, ValueEncoding.SkipList, SortedSet.RootBytes, _entry.ExpiryMillis);
        _table.Structure(_entry).Clear(SortedSet.RootBytes);
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = new(pack, scratch, 0, backwards: false);
        SortedSet set = Set;
        while (walk.MoveNext()) set.Add(set.Find(walk.Member), walk.Member, walk.Score);
        ArrayPool<byte>.Shared.Return(copy);
    }
}
