using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A listpack that is the value of an entry: reading, and changing with the entry growing and shrinking along. Lives as
/// long as the entry is in hand. Element arguments must not lie in the pack itself.
/// </summary>
public ref struct EntryPack
{
    private readonly KeyTable _table;
    private readonly ref Entry _entry;

    /// <summary>The pack of <paramref name="entry"/>, which is kept up to date when its block moves.</summary>
    public EntryPack(KeyTable table, ref Entry entry)
    {
        _table = table;
        _entry = ref entry;
        Invariant.Slow(Listpack.TotalBytes(entry.Value) == entry.ValueLength);
    }

    /// <summary>The pack's bytes, until the next change.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _entry.Value;

    /// <summary>Elements.</summary>
    public readonly int Count => Listpack.Count(_entry.Value);

    /// <summary>Makes a key's new value, of <see cref="Listpack.EmptyBytes"/> bytes, an empty pack.</summary>
    public static void WriteEmpty(KeyTable table, ref Entry entry) => Listpack.WriteEmpty(table.Mutable(ref entry));

    /// <summary>Puts an element in front of a place; returns the place behind it.</summary>
    public int Insert(int at, ReadOnlySpan<byte> element)
    {
        int bytes = Listpack.EncodedBytes(element);
        Listpack.Encode(Open(at, 0, bytes, 1), element);
        return at + bytes;
    }

    /// <summary>Puts an integer in front of a place; returns the place behind it.</summary>
    public int Insert(int at, long integer)
    {
        int bytes = Listpack.EncodedBytes(integer);
        Listpack.Encode(Open(at, 0, bytes, 1), integer);
        return at + bytes;
    }

    /// <summary>
    /// Puts two elements in front of a place, with one move of what follows; returns the place behind.
    /// </summary>
    public int Insert(int at, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        int bytes = Listpack.EncodedBytes(first);
        int all = bytes + Listpack.EncodedBytes(second);
        Span<byte> room = Open(at, 0, all, 2);
        Listpack.Encode(room, first);
        Listpack.Encode(room[bytes..], second);
        return at + all;
    }

    /// <summary>Puts an element behind the last.</summary>
    public void Append(ReadOnlySpan<byte> element) => Insert(Listpack.EndOf(Bytes), element);

    /// <summary>Gives the element at a place other bytes; returns the place behind it.</summary>
    public int Replace(int at, ReadOnlySpan<byte> element)
    {
        int bytes = Listpack.EncodedBytes(element);
        Listpack.Encode(Open(at, Listpack.Next(Bytes, at) - at, bytes, 0), element);
        return at + bytes;
    }

    /// <summary>Gives the element at a place another integer; returns the place behind it.</summary>
    public int Replace(int at, long integer)
    {
        int bytes = Listpack.EncodedBytes(integer);
        Listpack.Encode(Open(at, Listpack.Next(Bytes, at) - at, bytes, 0), integer);
        return at + bytes;
    }

    /// <summary>Removes so many elements from a place on; the place then is that of what followed.</summary>
    public void Remove(int at, int count)
    {
        int end = at;
        int removed = 0;
        for (; removed < count && !Listpack.IsEnd(Bytes, end); removed++) end = Listpack.Next(Bytes, end);
        Open(at, end - at, 0, -removed);
    }

    /// <summary>Opens room at a place for the caller to encode elements into.</summary>
    public Span<byte> Open(int at, int removed, int inserted, int elements)
    {
        int before = _entry.ValueLength;
        int after = before - removed + inserted;
        if (after > before) _table.Resize(ref _entry, after);
        Span<byte> room = _table.Mutable(ref _entry);
        Listpack.Splice(room, at, removed, inserted, elements);
        if (after >= before) return room.Slice(at, inserted);
        _table.Resize(ref _entry, after);
        return _table.Mutable(ref _entry).Slice(at, inserted);
    }
}
