using System.Buffers;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Hashes;

/// <summary>
/// A hash that is to be kept another way. The key's deadline and access clock stay, and the fields' deadlines.
/// </summary>
internal static class HashConversion
{
    /// <summary>A pack of either form becomes a table.</summary>
    public static void ToTable(KeyTable table, ref Entry entry)
    {
        ValueEncoding encoding = entry.Encoding;
        bool hasDeadlines = HashPack.HasDeadlines(encoding);
        byte[] copy = Copy(entry, out int length);
        ReadOnlySpan<byte> pack = copy.AsSpan(0, length);
        table.Replace(ref entry, ValueType.Hash, ValueEncoding.HashTable, FieldTable.RootBytes, entry.ExpiryMillis);
        table.Structure(entry).Clear(FieldTable.RootBytes);
        FieldTable fields = new(table.Structure(entry));
        if (hasDeadlines) fields.WalkEarliestMillis = fields.NextCheckMillis = HashPack.NextCheck(pack);
        Span<byte> nameScratch = stackalloc byte[Listpack.ScratchBytes];
        Span<byte> valueScratch = stackalloc byte[Listpack.ScratchBytes];
        for (int at = HashPack.FirstField(pack, encoding); !Listpack.IsEnd(pack, at);)
        {
            HashField field = new(pack, at, hasDeadlines);
            fields.Set(
                Listpack.Get(pack, at).Bytes(nameScratch), field.Value.Bytes(valueScratch), field.DeadlineMillis);
            for (int passed = 0; passed < HashPack.Stride(encoding); passed++) at = Listpack.Next(pack, at);
        }
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>A plain pack gets room for a deadline behind each value.</summary>
    public static void ToPackWithDeadlines(KeyTable table, ref Entry entry)
    {
        byte[] copy = Copy(entry, out int length);
        ReadOnlySpan<byte> old = copy.AsSpan(0, length);
        int none = Listpack.EncodedBytes(0);
        int fields = Listpack.Count(old) / 2;
        int elements = Listpack.EndOf(old) - Listpack.First;
        table.Replace(
            ref entry, ValueType.Hash, ValueEncoding.ListPackEx, Listpack.EmptyBytes, entry.ExpiryMillis);
        EntryPack.WriteEmpty(table, ref entry);
        EntryPack pack = new(table, ref entry);
        Span<byte> room = pack.Open(Listpack.First, 0, elements + ((fields + 1) * none), (fields * 3) + 1);
        room = room[Listpack.Encode(room, 0)..];
        int next;
        for (int at = Listpack.First; !Listpack.IsEnd(old, at); at = next)
        {
            next = Listpack.Next(old, Listpack.Next(old, at));
            old[at..next].CopyTo(room);
            room = room[(next - at)..];
            room = room[Listpack.Encode(room, 0)..];
        }
        ArrayPool<byte>.Shared.Return(copy);
    }

    private static byte[] Copy(in Entry entry, out int length)
    {
        ReadOnlySpan<byte> value = entry.Value;
        length = value.Length;
        byte[] copy = ArrayPool<byte>.Shared.Rent(length);
        value.CopyTo(copy);
        return copy;
    }
}
