using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

public sealed class ShardHeapTests
{
    [Fact]
    public void An_idle_heap_takes_next_to_nothing()
    {
        using ShardHeap heap = new();
        for (int database = 0; database < 16; database++) _ = new KeyTable(heap);
        Assert.Equal((0, 0, 0), (heap.UsedBytes, heap.MappedBytes, heap.RegionCount));
    }

    [Fact]
    public void Memory_per_key_stays_under_a_hundred_bytes()
    {
        const int Keys = 200_000;
        using ShardHeap heap = new();
        KeyTable table = new(heap);
        Span<byte> key = stackalloc byte[10];
        for (int index = 0; index < Keys; index++)
        {
            (1_000_000_000 + index).TryFormat(key, out _);
            table.Insert(KeySlot.Of(key), KeyHash.Of(key), key, default, default, 64, 0);
        }
        // Of these, 88 are header, key and value, and 2.7 the slots' headers, which a million keys would share.
        Assert.InRange(heap.UsedBytes / (double)Keys, 88, 104);
        Assert.InRange(heap.MappedBytes / (double)Keys, 88, 113);
    }

    [Fact]
    public void Everything_goes_back_to_the_system()
    {
        using TestTable test = new(HeapMode.Plain);
        for (int index = 0; index < 60_000; index++)
            test.Insert($"{index}", default, default, new byte[index % 400]);
        Assert.True(test.Heap.RegionCount > 4);
        for (int index = 0; index < 60_000; index++) test.Remove($"{index}");
        Assert.Equal(SlotArray.FixedBytes, test.Heap.UsedBytes);
        while (test.Heap.HasSurplus) test.Heap.GiveBackSome();
        Assert.InRange(test.Heap.RegionCount, 0, 1);
        Assert.InRange(test.Heap.MappedBytes, 0, 3 * 1024 * 1024);
    }

    [Fact]
    public void What_is_set_free_goes_back_a_little_at_a_time()
    {
        // With the page of its header.
        const int RegionBytes = (2 * 1024 * 1024) + 4096;
        using TestTable test = new(HeapMode.Plain);
        for (int index = 0; index < 60_000; index++)
            test.Insert($"{index}", default, default, new byte[index % 400]);
        Assert.False(test.Heap.HasSurplus);
        long before = test.Heap.MappedBytes;
        // Every third stays: no region becomes empty, and few pages do.
        for (int index = 0; index < 60_000; index++)
        {
            if (index % 3 != 0) test.Remove($"{index}");
        }
        for (int index = 0; index < 60_000; index += 3) test.Remove($"{index}");
        Assert.InRange(test.Heap.MappedBytes, before * 9 / 10, before);
        Assert.True(test.Heap.HasSurplus);
        int steps = 0;
        for (; test.Heap.HasSurplus; steps++)
        {
            long mapped = test.Heap.MappedBytes;
            test.Heap.GiveBackSome();
            Assert.InRange(mapped - test.Heap.MappedBytes, 0, RegionBytes);
        }
        Assert.InRange(steps, before / RegionBytes - 1, 100 * before / RegionBytes);
        Assert.InRange(test.Heap.RegionCount, 1, 1);
        // And what was given back can be used again.
        for (int index = 0; index < 60_000; index++)
            test.Insert($"{index}", default, default, new byte[index % 400]);
        Assert.InRange(test.Heap.MappedBytes, before * 9 / 10, before * 11 / 10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Changing_sizes_leave_no_holes(int tables)
    {
        const int Keys = 20_000;
        Random random = new(11);
        using ShardHeap heap = new(HeapMode.Counting);
        KeyTable[] databases = [.. Enumerable.Range(0, tables).Select(_ => new KeyTable(heap))];
        for (int round = 0; round < 10; round++)
        {
            int size = 40 + (round * 37 % 300);
            for (int index = 0; index < Keys; index++)
            {
                // Most keys get another size, some go: pages of the old sizes are left sparse all over.
                byte[] key = TestTable.Bytes(index % 3 == 0 ? $"{{t}}{index}" : $"{index}");
                KeyTable table = databases[index % tables];
                if (random.Next(100) < 80) Put(table, key, size + random.Next(16), random.Next(10) == 0);
            }
            do
            {
                while (heap.HasSurplus) heap.GiveBackSome();
            }
            while (heap.CompactStep(2000));
            while (heap.HasSurplus) heap.GiveBackSome();
            // Beside the tenth: each of some thirty classes has a page that is partly used.
            Assert.InRange(heap.MappedBytes, heap.UsedBytes, (long)(heap.UsedBytes * 1.1) + (1536 * 1024));
        }
        Assert.True(heap.MovedBlocks > 0);
        foreach (KeyTable table in databases) CheckAll(table);
        foreach (KeyTable table in databases) table.Clear();
        Assert.Equal(0, heap.LiveBlocks);
    }

    [Fact]
    public void Compaction_leaves_detached_tables_alone()
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < 30_000; index++) test.Insert($"{index}", default, default, new byte[100]);
        KeyTable detached = test.Table.Detach();
        for (int index = 0; index < 30_000; index++) test.Insert($"{index}", default, default, new byte[100]);
        for (int index = 0; index < 30_000; index++)
        {
            if (index % 5 != 0) test.Remove($"{index}");
        }
        for (int step = 0; step < 1000 && test.Heap.CompactStep(5000); step++)
        {
            if (step % 10 == 0) detached.ReclaimSome(500);
        }
        while (!detached.ReclaimSome(5000)) Assert.True(detached.Count > 0);
        for (int index = 0; index < 30_000; index += 5) Assert.Equal(100, test.Find($"{index}").ValueLength);
    }

    private static void Put(KeyTable table, byte[] key, int length, bool remove)
    {
        (int slot, ulong hash) = (KeySlot.Of(key), KeyHash.Of(key));
        bool found = table.TryFind(slot, hash, key, out Entry entry);
        if (found && remove)
        {
            table.Remove(ref entry);
            return;
        }
        if (found) table.Replace(ref entry, default, default, length, length % 2);
        else entry = table.Insert(slot, hash, key, default, default, length, length % 2);
        table.Mutable(ref entry).Fill(key[^1]);
    }

    private static void CheckAll(KeyTable table)
    {
        Entry[] output = new Entry[64];
        long seen = 0;
        for (int slot = table.NextSlot(0); slot >= 0; slot = table.NextSlot(slot + 1))
        {
            uint position = 0;
            do
            {
                int count = table.Scan(slot, ref position, output);
                seen += count;
                foreach (Entry entry in output.AsSpan(0, count))
                    Assert.Equal(-1, entry.Value.IndexOfAnyExcept(entry.Key[^1]));
            }
            while (position != 0);
        }
        Assert.Equal(table.Count, seen);
    }
}
