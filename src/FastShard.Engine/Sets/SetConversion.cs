using System.Buffers;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Sets;

/// <summary>A set that is to be kept another way. Deadline and access clock stay.</summary>
internal static class SetConversion
{
    /// <summary>An intset or a listpack becomes a table.</summary>
    public static void ToTable(KeyTable table, ref Entry entry)
    {
        byte[] copy = Copy(entry, out int length);
        ReadOnlySpan<byte> old = copy.AsSpan(0, length);
        bool isPack = entry.Encoding == ValueEncoding.ListPack;
        table.Replace(ref entry, ValueType.Set, ValueEncoding.HashTable, FieldTable.RootBytes, entry.ExpiryMillis);
        table.Structure(entry).Clear(FieldTable.RootBytes);
        FieldTable fields = new(table.Structure(entry));
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        if (isPack)
        {
            for (int at = Listpack.First; !Listpack.IsEnd(old, at); at = Listpack.Next(old, at))
                fields.TryAdd(Listpack.Get(old, at).Bytes(scratch));
        }
        else
        {
            for (int rank = 0; rank < IntSet.Count(old); rank++)
                fields.TryAdd(scratch[..Numbers.FormatInt64(IntSet.Get(old, rank), scratch)]);
        }
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>An intset becomes a listpack.</summary>
    public static void ToPack(KeyTable table, ref Entry entry)
    {
        byte[] copy = Copy(entry, out int length);
        ReadOnlySpan<byte> old = copy.AsSpan(0, length);
        int count = IntSet.Count(old);
        int bytes = 0;
        for (int rank = 0; rank < count; rank++) bytes += Listpack.EncodedBytes(IntSet.Get(old, rank));
        table.Replace(
            ref entry, ValueType.Set, ValueEncoding.ListPack, Listpack.EmptyBytes, entry.ExpiryMillis);
        EntryPack.WriteEmpty(table, ref entry);
        Span<byte> room = new EntryPack(table, ref entry).Open(Listpack.First, 0, bytes, count);
        for (int rank = 0; rank < count; rank++) room = room[Listpack.Encode(room, IntSet.Get(old, rank))..];
        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>Digits of the longest member of an intset.</summary>
    public static int LongestInteger(ReadOnlySpan<byte> set)
    {
        int count = IntSet.Count(set);
        if (count == 0) return 0;
        Span<byte> scratch = stackalloc byte[Numbers.MaxInt64Bytes];
        return Math.Max(
            Numbers.FormatInt64(IntSet.Get(set, 0), scratch), Numbers.FormatInt64(IntSet.Get(set, count - 1), scratch));
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
