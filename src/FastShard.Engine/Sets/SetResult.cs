using System.Buffers;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sets;

/// <summary>Stores the result of an operation at a key, kept as small as Redis would keep it.</summary>
internal static class SetResult
{
    /// <summary>
    /// Puts all members in the place of what the key held; a result without members removes the key.
    /// </summary>
    public static void Store(
        in Key key, in DetachedTable result, in SetShape shape, EncodingLimits limits, KeyEvent change)
    {
        long count = result.Table.Count;
        bool isFound = key.Home.TryPeek(key, out Entry entry);
        ValueType oldType = isFound ? entry.Type : default;
        if (isFound) key.Home.Table.Remove(ref entry);
        if (count == 0)
        {
            if (isFound) key.Home.Modified(key, KeyEvent.Del);
            return;
        }
        if (isFound) key.Home.ExpectReplacement();
        if (shape.IsOnlyIntegers && count <= limits.SetMaxIntsetEntries) StoreIntegers(key, result.Table);
        else if (shape.FitsPack(limits, count)) StorePack(key, result.Table);
        else StoreTable(key, result);
        if (isFound) key.Home.Overwritten(key, oldType, ValueType.Set);
        key.Home.Modified(key, change);
    }

    private static void StoreIntegers(in Key key, in FieldTable members)
    {
        int count = (int)members.Count;
        long[] integers = ArrayPool<long>.Shared.Rent(count);
        int filled = 0;
        foreach (FieldEntry entry in members.Walk()) Listpack.TryInteger(entry.Field, out integers[filled++]);
        integers.AsSpan(0, count).Sort();
        Entry stored = key.Home.Insert(key, ValueType.Set, ValueEncoding.IntSet, IntSet.EmptyBytes, 0);
        EntryIntSet.WriteEmpty(key.Home.Table, ref stored);
        EntryIntSet set = new(key.Home.Table, ref stored);
        set.Fill(integers.AsSpan(0, count));
        ArrayPool<long>.Shared.Return(integers);
    }

    private static void StorePack(in Key key, in FieldTable members)
    {
        int bytes = 0;
        foreach (FieldEntry entry in members.Walk()) bytes += Listpack.EncodedBytes(entry.Field);
        Entry stored = key.Home.Insert(key, ValueType.Set, ValueEncoding.ListPack, Listpack.EmptyBytes, 0);
        EntryPack.WriteEmpty(key.Home.Table, ref stored);
        Span<byte> room = new EntryPack(key.Home.Table, ref stored).Open(Listpack.First, 0, bytes, (int)members.Count);
        foreach (FieldEntry entry in members.Walk()) room = room[Listpack.Encode(room, entry.Field)..];
    }

    private static void StoreTable(in Key key, in DetachedTable result)
    {
        Entry stored = key.Home.Insert(key, ValueType.Set, ValueEncoding.HashTable, FieldTable.RootBytes, 0);
        result.MoveTo(key.Home.Table, stored);
    }
}
