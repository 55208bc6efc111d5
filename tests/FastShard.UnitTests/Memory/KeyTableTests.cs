using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory;

public sealed class KeyTableTests
{
    [Theory]
    [InlineData(HeapMode.Plain)]
    [InlineData(HeapMode.Counting)]
    [InlineData(HeapMode.Guarded)]
    public void Inserts_finds_and_removes(HeapMode mode)
    {
        using TestTable test = new(mode);
        Assert.False(test.TryFind("a", out Entry none));
        Assert.True(none.IsNull);
        test.Insert("a", ValueType.Hash, ValueEncoding.EmbStr, "one"u8, expiryMillis: 77);
        Entry entry = test.Find("a");
        Assert.Equal("a"u8, entry.Key);
        Assert.Equal("one"u8, entry.Value);
        Assert.Equal(3, entry.ValueLength);
        Assert.Equal((ValueType.Hash, ValueEncoding.EmbStr), (entry.Type, entry.Encoding));
        Assert.Equal(77, entry.ExpiryMillis);
        Assert.Equal((1, 1, 77), (test.Table.Count, test.Table.VolatileCount, test.Table.ExpirySumMillis));
        test.Remove("a");
        Assert.False(test.TryFind("a", out _));
        Assert.Equal((0, 0, 0), (test.Table.Count, test.Table.VolatileCount, test.Table.ExpirySumMillis));
    }

    [Fact]
    public void Empty_keys_and_values_are_keys_and_values()
    {
        using TestTable test = new(HeapMode.Counting);
        test.Insert("", ValueType.String, ValueEncoding.Raw, []);
        Assert.Equal(0, test.Find("").ValueLength);
        Assert.True(test.Find("").Key.IsEmpty);
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(20_000)]
    public void Keys_of_any_length(int length)
    {
        using TestTable test = new(HeapMode.Guarded);
        string name = new('x', length);
        test.Insert(name, ValueType.String, ValueEncoding.Raw, "value"u8);
        Entry entry = test.Find(name);
        Assert.Equal(length, entry.Key.Length);
        test.Table.SetExpiry(ref entry, 5);
        test.Table.Resize(ref entry, Blob.Threshold);
        Assert.Equal(length, entry.Key.Length);
        Assert.Equal("value"u8, entry.Value[..5]);
        Assert.Equal(5, test.Find(name).ExpiryMillis);
    }

    [Fact]
    public void Overwriting_with_the_same_length_moves_nothing()
    {
        using TestTable test = new(HeapMode.Counting);
        test.Insert("key", ValueType.String, ValueEncoding.Raw, new byte[64]);
        long used = test.Heap.UsedBytes;
        int live = test.Heap.LiveBlocks;
        Entry entry = test.Find("key");
        for (int length = 64; length >= 62; length--)
        {
            test.Table.Replace(ref entry, ValueType.String, ValueEncoding.EmbStr, length, 0);
            Assert.Equal(length, test.Find("key").ValueLength);
        }
        Assert.Equal((used, live), (test.Heap.UsedBytes, test.Heap.LiveBlocks));
    }

    [Fact]
    public void Integers_are_changed_in_place()
    {
        using TestTable test = new(HeapMode.Counting);
        Entry entry = test.Insert("n", ValueType.String, ValueEncoding.Int, new byte[8]);
        entry.SetInteger(-5);
        Assert.Equal(-5, test.Find("n").Integer);
        Assert.Equal([0xFB, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], test.Find("n").Value.ToArray());
        test.Table.SetEncoding(ref entry, ValueEncoding.Raw);
        Assert.Equal(ValueEncoding.Raw, test.Find("n").Encoding);
    }

    [Fact]
    public void Resizing_crosses_the_border_to_blobs_and_back()
    {
        using TestTable test = new(HeapMode.Guarded);
        Entry entry = test.Insert("key", ValueType.String, ValueEncoding.Raw, "abc"u8, expiryMillis: 9);
        int[] lengths = [100, Blob.Threshold - 1, Blob.Threshold, 100_000, 30_000, 3_000_000, Blob.Threshold, 12, 2, 5];
        byte[] expected = [.. "abc"u8];
        foreach (int length in lengths)
        {
            test.Table.Resize(ref entry, length);
            Array.Resize(ref expected, length);
            Assert.Equal(length >= Blob.Threshold, entry.IsBlob);
            Assert.True(expected.AsSpan().SequenceEqual(test.Find("key").Value));
            Assert.Equal(9, entry.ExpiryMillis);
            test.Table.Mutable(ref entry)[length - 1] = (byte)length;
            expected[length - 1] = (byte)length;
        }
    }

    [Fact]
    public void A_blob_in_other_hands_does_not_change()
    {
        using TestTable test = new(HeapMode.Counting);
        Blob blob = Blob.Allocate(20_000);
        blob.Span.Fill(1);
        blob.AddRef();
        byte[] key = TestTable.Bytes("key");
        Entry entry = test.Table.InsertBlob(
            KeySlot.Of(key), KeyHash.Of(key), key, ValueType.String, ValueEncoding.Raw, blob, 0);
        test.Table.Mutable(ref entry)[0] = 2;
        Assert.Equal(1, blob.ReadOnly[0]);
        Assert.Equal(1, blob.ReferenceCount);
        Assert.NotEqual(blob, entry.Blob);

        blob.AddRef();
        test.Table.ReplaceBlob(ref entry, ValueType.String, ValueEncoding.Raw, blob, 0);
        test.Table.Resize(ref entry, 25_000);
        Assert.Equal(20_000, blob.Length);
        Assert.Equal(1, blob.ReferenceCount);
        Assert.Equal(1, entry.Value[19_999]);
        Assert.Equal(0, entry.Value[20_000]);
        blob.Release();
    }

    [Fact]
    public void Appending_moves_a_blob_seldom()
    {
        using TestTable test = new(HeapMode.Counting);
        Entry entry = test.Insert("log", ValueType.String, ValueEncoding.Raw, []);
        int moves = 0;
        Blob last = default;
        for (int length = 0; length < 4_000_000; length += 1000)
        {
            test.Table.Resize(ref entry, length);
            if (entry.Blob != last) moves++;
            last = entry.Blob;
        }
        Assert.InRange(moves, 2, 14);
    }

    [Fact]
    public void Deadlines_come_and_go_with_everything_in_place()
    {
        using TestTable test = new(HeapMode.Counting);
        Entry entry = test.Insert("key", ValueType.String, ValueEncoding.Raw, "value"u8);
        int slot = entry.Slot;
        Assert.Equal(-1, test.Table.NextVolatileSlot(0));
        test.Table.SetExpiry(ref entry, 1000);
        test.Table.SetExpiry(ref entry, 3000);
        Assert.Equal(slot, test.Table.NextVolatileSlot(0));
        Assert.Equal(3000, test.Table.ExpirySumMillis);
        Assert.Equal("value"u8, entry.Value);
        Assert.Equal("key"u8, test.Find("key").Key);
        test.Table.SetExpiry(ref entry, 0);
        Assert.Equal("value"u8, test.Find("key").Value);
        Assert.Equal(-1, test.Table.NextVolatileSlot(slot));
        Assert.Equal(-1, test.Table.NextVolatileSlot(16384));
        Assert.Equal(slot, test.Table.NextSlot(0));
        Assert.Equal(-1, test.Table.NextSlot(slot + 1));
    }

    [Fact]
    public void A_detached_table_is_drained_bit_by_bit()
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < 3000; index++)
        {
            test.Insert($"k{index}", ValueType.String, ValueEncoding.Raw, new byte[50], expiryMillis: index % 2);
            test.Insert($"{{t}}{index}", ValueType.String, ValueEncoding.Raw, new byte[index % 100 == 0 ? 20_000 : 50]);
        }
        KeyTable detached = test.Table.Detach();
        Assert.Equal((0, 0, 0), (test.Table.Count, test.Table.VolatileCount, test.Table.ExpirySumMillis));
        Assert.Equal(-1, test.Table.NextSlot(0));
        Assert.Equal((6000, 1500), (detached.Count, detached.VolatileCount));
        test.Insert("k1", ValueType.String, ValueEncoding.Raw, "new"u8);
        int steps = 0;
        while (!detached.ReclaimSome(100))
        {
            steps++;
            Assert.True(detached.Count <= 6000 - (steps * 50));
        }
        Assert.InRange(steps, 10, 100);
        Assert.True(detached.ReclaimSome(100));
        Assert.Equal("new"u8, test.Find("k1").Value);
        Assert.Equal(2, test.Heap.LiveBlocks);
    }

    [Fact]
    public void Entries_in_hand_stay_readable_while_others_go()
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < 400; index++)
            test.Insert($"{{h}}{index}", default, default, BitConverter.GetBytes(index));
        Entry[] entries = [.. Enumerable.Range(0, 400).Select(index => test.Find($"{{h}}{index}"))];
        for (int index = 0; index < 400; index++)
        {
            Assert.Equal(index, BitConverter.ToInt32(entries[index].Value));
            Assert.Equal(TestTable.Bytes($"{{h}}{index}"), entries[index].Key.ToArray());
            test.Remove($"{{h}}{index}");
        }
    }

    [Fact]
    public void One_slot_can_be_cleared()
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < 2000; index++)
            test.Insert($"{{a}}{index}", ValueType.String, ValueEncoding.Raw, "v"u8, expiryMillis: index % 3);
        test.Insert("{b}", ValueType.String, ValueEncoding.Raw, "v"u8, expiryMillis: 10);
        int slot = KeySlot.Of("a"u8);
        Assert.Equal(2000, test.Table.SlotKeyCount(slot));
        test.Table.ClearSlot(slot);
        test.Table.ClearSlot(slot);
        Assert.Equal((1, 1, 10), (test.Table.Count, test.Table.VolatileCount, test.Table.ExpirySumMillis));
        Assert.Equal((0, 0L), (test.Table.SlotKeyCount(slot), test.Table.SlotBytes(slot)));
        Assert.Equal(KeySlot.Of("b"u8), test.Table.NextVolatileSlot(0));
    }

    [Fact]
    public void Prefetching_what_is_not_there_is_harmless()
    {
        using TestTable test = new(HeapMode.Guarded);
        for (int index = 0; index < 1000; index++)
        {
            byte[] key = TestTable.Bytes($"{{p}}{index}");
            (int slot, ulong hash) = (KeySlot.Of(key), KeyHash.Of(key));
            test.Table.PrefetchSlot(slot);
            test.Table.PrefetchBucket(slot, hash);
            test.Table.PrefetchEntry(slot, hash);
            test.Insert($"{{p}}{index}", ValueType.String, ValueEncoding.Raw, "v"u8);
            test.Table.PrefetchEntry(slot, hash);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => test.Table.PrefetchSlot(16384));
    }

    [Fact]
    public void Common_operations_allocate_nothing_managed()
    {
        using TestTable test = new(HeapMode.Plain);
        byte[] key = TestTable.Bytes("key");
        (int slot, ulong hash) = (KeySlot.Of(key), KeyHash.Of(key));
        KeyTable table = test.Table;
        Assert.Equal(0, Allocations.LeastOf(UseTable));

        void UseTable()
        {
            for (int index = 0; index < 1000; index++)
            {
                Entry entry = table.Insert(slot, hash, key, ValueType.String, ValueEncoding.Raw, 64, 0);
                table.SetExpiry(ref entry, 5);
                table.Resize(ref entry, index);
                Assert.True(table.TryFind(slot, hash, key, out entry));
                table.Remove(ref entry);
            }
        }
    }
}
