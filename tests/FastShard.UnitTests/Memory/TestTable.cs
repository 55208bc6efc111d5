using System.Text;
using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory;

/// <summary>A heap with one table, keys by name; at the end everything must have come back.</summary>
internal sealed class TestTable : IDisposable
{
    internal TestTable(HeapMode mode)
    {
        Heap = new ShardHeap(mode);
        Table = new KeyTable(Heap);
    }

    internal ShardHeap Heap { get; }

    internal KeyTable Table { get; }

    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    internal Entry Insert(
        string name, ValueType type, ValueEncoding encoding, ReadOnlySpan<byte> value, long expiryMillis = 0)
    {
        byte[] key = Bytes(name);
        Entry entry = Table.Insert(
            KeySlot.Of(key), KeyHash.Of(key), key, type, encoding, value.Length, expiryMillis);
        value.CopyTo(Table.Mutable(ref entry));
        return entry;
    }

    internal bool TryFind(string name, out Entry entry)
    {
        byte[] key = Bytes(name);
        return Table.TryFind(KeySlot.Of(key), KeyHash.Of(key), key, out entry);
    }

    internal Entry Find(string name)
    {
        Assert.True(TryFind(name, out Entry entry), name);
        return entry;
    }

    internal void Remove(string name)
    {
        Entry entry = Find(name);
        Table.Remove(ref entry);
    }

    public void Dispose()
    {
        Table.Clear();
        while (Heap.ReclaimStructures(int.MaxValue)) { }
        if (Heap.LiveBlocks >= 0) Assert.Equal(0, Heap.LiveBlocks);
        Assert.Equal(0, Table.Count);
        Heap.Dispose();
        Assert.Equal(0, Heap.UsedBytes);
    }
}
