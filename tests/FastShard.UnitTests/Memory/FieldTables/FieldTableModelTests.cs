using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory;

/// <summary>
/// Random operations on a table of fields and on a Dictionary; the invariants are walked over between them.
/// </summary>
public sealed class FieldTableModelTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 12_000, 400)]
    [InlineData(HeapMode.Counting, 2, 60_000, 8_000)]
    [InlineData(HeapMode.Plain, 3, 120_000, 40_000)]
    [InlineData(HeapMode.Guarded, 4, 4_000, 300)]
    [InlineData(HeapMode.Guarded, 5, 6_000, 1_500)]
    public void Agrees_with_a_dictionary(HeapMode mode, int seed, int operations, int names)
    {
        using TestTable test = new(mode);
        Model model = new(test, seed, names);
        // Growing, a time of change, and shrinking, twice.
        for (int phase = 0; phase < 6; phase++)
        {
            int removals = (phase % 3) switch { 0 => 5, 1 => 30, _ => 80 };
            for (int operation = 0; operation < operations / 6; operation++)
            {
                model.Step(removals);
                if (operation % (operations / 60) == 0) model.Check();
            }
            model.CheckAll();
        }
    }

    [Fact]
    public void An_emptied_table_holds_nothing()
    {
        using TestTable test = new(HeapMode.Counting);
        FieldTable table = Create(test, "t");
        for (int index = 0; index < 20_000; index++) Assert.True(table.TryAdd(Name(index)));
        Assert.InRange(HeldBytes(test) / 20_000.0, 24, 40);
        for (int index = 0; index < 20_000; index++)
        {
            Assert.True(table.Remove(Name(index)));
            if (index % 1000 == 0) table.Verify();
        }
        table.Verify();
        Assert.Equal(0, HeldBytes(test));
        Assert.False(table.Remove(Name(1)));
    }

    /// <summary>Each field is a block: more of them than the system gives a process mappings for guards.</summary>
    [Fact]
    public void A_guarded_heap_holds_more_blocks_than_a_process_has_mappings()
    {
        using TestTable test = new(HeapMode.Guarded);
        FieldTable table = Create(test, "t");
        for (int index = 0; index < 40_000; index++) table.Set(Name(index), Name(index * 7), 0);
        // Every other one first: each leaves a hole.
        for (int start = 0; start < 2; start++)
        {
            for (int index = start; index < 40_000; index += 2) Assert.True(table.Remove(Name(index)));
        }
        Assert.Equal(0, HeldBytes(test));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(50_000)]
    public void A_removed_table_is_freed_in_steps(int elements)
    {
        using TestTable test = new(HeapMode.Counting);
        FieldTable table = Create(test, "t");
        for (int index = 0; index < elements; index++) table.Set(Name(index), Name(index * 7), index % 3);
        test.Remove("t");
        int steps = 0;
        while (test.Heap.ReclaimStructures(600)) steps++;
        Assert.InRange(steps, elements < 512 ? 0 : elements / 1200, elements / 300);
        Assert.Equal(0, test.Heap.DyingElements);
    }

    [Fact]
    public void A_copy_is_whole_and_apart()
    {
        using TestTable test = new(HeapMode.Counting);
        FieldTable table = Create(test, "t");
        for (int index = 0; index < 3_000; index++) table.Set(Name(index), Name(index * 7), index % 3);
        Create(test, "copy");
        test.Table.CopyStructure(test.Table, test.Find("t"), test.Find("copy"));
        test.Remove("t");
        while (test.Heap.ReclaimStructures(1000)) { }
        FieldTable copy = Open(test, "copy");
        copy.Verify();
        Assert.Equal((3_000, 2_000), (copy.Count, copy.VolatileCount));
        for (int index = 0; index < 3_000; index++)
        {
            Assert.True(copy.TryFind(Name(index), out FieldEntry entry));
            Assert.True(entry.Value.SequenceEqual(Name(index * 7)));
            Assert.Equal(index % 3, entry.DeadlineMillis);
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(3_000)]
    public void Every_element_is_drawn_about_as_often(int elements)
    {
        using TestTable test = new(HeapMode.Plain);
        FieldTable table = Create(test, "t");
        // Emptied unevenly before, as tables are.
        for (int index = 0; index < elements * 2; index++) table.TryAdd(Name(index));
        for (int index = elements; index < elements * 2; index++) table.Remove(Name(index));
        Dictionary<string, int> drawn = [];
        ulong random = 7;
        const int Expected = 400;
        for (int draw = 0; draw < elements * Expected; draw++)
        {
            Assert.True(table.TrySample(ref random, out FieldEntry entry));
            string name = System.Text.Encoding.ASCII.GetString(entry.Field);
            drawn[name] = drawn.GetValueOrDefault(name) + 1;
        }
        Assert.Equal(elements, drawn.Count);
        // Each count is a Poisson number of mean 400: six times its deviation of 20 to either side.
        Assert.All(drawn.Values, static count => Assert.InRange(count, 280, 520));
    }

    [Fact]
    public void A_scan_meets_what_stays_while_the_table_grows_and_shrinks()
    {
        using TestTable test = new(HeapMode.Plain);
        FieldTable table = Create(test, "t");
        Random random = new(11);
        for (int index = 0; index < 500; index++) table.TryAdd(Name(index));
        Dictionary<string, int> seen = [];
        Span<FieldEntry> found = new FieldEntry[32];
        uint position = 0;
        int next = 500;
        int steps = 0;
        do
        {
            int count = table.Scan(ref position, found);
            foreach (FieldEntry entry in found[..count])
            {
                string name = System.Text.Encoding.ASCII.GetString(entry.Field);
                seen[name] = seen.GetValueOrDefault(name) + 1;
            }
            bool grows = steps++ / 20 % 2 == 0;
            for (int change = 0; change < 200; change++)
            {
                if (grows) table.TryAdd(Name(next++));
                else table.Remove(Name(random.Next(500, next)));
            }
        }
        while (position != 0);
        for (int index = 0; index < 500; index++)
            Assert.Equal(1, seen[System.Text.Encoding.ASCII.GetString(Name(index))]);
        table.Verify();
    }

    [Fact]
    public void Values_may_be_huge()
    {
        using TestTable test = new(HeapMode.Counting);
        FieldTable table = Create(test, "t");
        byte[] huge = new byte[3_000_000];
        new Random(1).NextBytes(huge);
        Assert.True(table.Set("a"u8, huge, 0));
        Assert.True(table.Set(huge, "b"u8, 9));
        Assert.False(table.Set("a"u8, huge.AsSpan(1), 5));
        table.Verify();
        Assert.True(table.TryFind(huge, out FieldEntry entry));
        Assert.Equal("b"u8.ToArray(), entry.Value.ToArray());
        Assert.True(table.TryFind("a"u8, out entry));
        Assert.True(entry.Value.SequenceEqual(huge.AsSpan(1)));
        table.SetDeadline(entry, 0);
        Assert.False(table.Set("a"u8, ""u8, 0));
        table.Verify();
        Assert.True(table.TryFind("a"u8, out entry));
        Assert.True(entry.HasValue && entry.Value.IsEmpty);
    }

    [Fact]
    public void A_value_of_the_same_length_is_replaced_where_it_is()
    {
        using TestTable test = new(HeapMode.Counting);
        FieldTable table = Create(test, "t");
        ulong hash = KeyHash.Of("a"u8);
        table.Add("a"u8, hash, "one"u8, 0);
        (string, long)[] changes = [("two", 0), ("six", 7), ("ten", 7), ("nil", 0), ("", 0)];
        foreach ((string value, long deadline) in changes)
        {
            Assert.True(table.TryFind("a"u8, hash, out FieldEntry entry));
            table.Replace(entry, hash, TestTable.Bytes(value), deadline);
            table.Verify();
            Assert.True(table.TryFind("a"u8, hash, out entry));
            Assert.Equal(TestTable.Bytes(value), entry.Value.ToArray());
            Assert.Equal((true, deadline), (entry.HasValue, entry.DeadlineMillis));
        }
        // A member without a value is no field of an empty one.
        table.TryAdd("b"u8);
        Assert.True(table.TryFind("b"u8, out FieldEntry bare));
        table.Replace(bare, KeyHash.Of("b"u8), ""u8, 0);
        Assert.True(table.TryFind("b"u8, out bare) && bare.HasValue);
        table.Verify();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(30_000)]
    public void Asking_ahead_is_for_tables_alone_and_changes_nothing(int elements)
    {
        using TestTable test = new(HeapMode.Counting);
        FieldTable table = Create(test, "t");
        test.Insert("other", ValueType.String, ValueEncoding.Raw, "value"u8);
        for (int index = 0; index < elements; index++) table.TryAdd(Name(index));
        Assert.True(Probe(test, "other").IsNull);
        Assert.True(Probe(test, "missing").IsNull);
        FieldProbe probe = Probe(test, "t");
        Assert.False(probe.IsNull);
        for (int index = 0; index < elements + 100; index++)
        {
            probe.PrefetchBucket(KeyHash.Of(Name(index)));
            probe.PrefetchElement(KeyHash.Of(Name(index)));
        }
        table.Verify();
        Assert.Equal(elements, table.Count);
    }

    private static FieldProbe Probe(TestTable test, string name)
    {
        byte[] key = TestTable.Bytes(name);
        return test.Table.Probe(KeySlot.Of(key), KeyHash.Of(key), key);
    }

    [Fact]
    public void A_detached_table_moves_into_an_entry()
    {
        using TestTable test = new(HeapMode.Counting);
        Entry target = Create(test, "t", out _);
        DetachedTable detached = new(test.Heap);
        for (int index = 0; index < 1_000; index++) detached.Table.TryAdd(Name(index));
        detached.MoveTo(test.Table, target);
        detached.Dispose();
        FieldTable table = Open(test, "t");
        table.Verify();
        Assert.Equal(1_000, table.Count);
        DetachedTable dropped = new(test.Heap);
        for (int index = 0; index < 2_000; index++) dropped.Table.TryAdd(Name(index));
        dropped.Dispose();
        while (test.Heap.ReclaimStructures(1000)) { }
    }

    private static byte[] Name(int index) => TestTable.Bytes($"field:{index}");

    private static long HeldBytes(TestTable test) => test.Table.Structure(test.Find("t")).HeldBytes;

    private static FieldTable Create(TestTable test, string name)
    {
        Create(test, name, out FieldTable table);
        return table;
    }

    private static Entry Create(TestTable test, string name, out FieldTable table)
    {
        byte[] root = new byte[FieldTable.RootBytes];
        byte[] key = TestTable.Bytes(name);
        Entry entry = test.Table.Insert(
            KeySlot.Of(key), KeyHash.Of(key), key, ValueType.Hash, ValueEncoding.HashTable, root.Length, 0);
        StructureHandle handle = test.Table.Structure(entry);
        handle.Clear(root.Length);
        table = new FieldTable(handle);
        return entry;
    }

    private static FieldTable Open(TestTable test, string name) => new(test.Table.Structure(test.Find(name)));

    private sealed class Model
    {
        private readonly TestTable _test;
        private readonly Random _random;
        private readonly int _names;
        private readonly Dictionary<string, (byte[]? Value, long Deadline)> _expected = [];

        internal Model(TestTable test, int seed, int names)
        {
            _test = test;
            _random = new Random(seed);
            _names = names;
            Create(test, "t");
        }

        internal void Step(int removalPercent)
        {
            FieldTable table = Open(_test, "t");
            int number = _random.Next(_names);
            string name = number % 40 == 0 ? $"{number}{new string('-', 300)}" : $"{number}";
            byte[] field = TestTable.Bytes(name);
            bool isFound = table.TryFind(field, out FieldEntry entry);
            Assert.Equal(_expected.ContainsKey(name), isFound);
            if (_random.Next(100) < removalPercent)
            {
                Assert.Equal(isFound, table.Remove(field));
                _expected.Remove(name);
            }
            else if (isFound && _random.Next(3) == 0)
            {
                long deadline = Deadline();
                table.SetDeadline(entry, deadline);
                _expected[name] = (_expected[name].Value, deadline);
            }
            else if (_random.Next(4) == 0)
            {
                Assert.Equal(!isFound, table.TryAdd(field));
                if (!isFound) _expected[name] = (null, 0);
            }
            else
            {
                Set(table, name, field, isFound);
            }
        }

        internal void Check() => Open(_test, "t").Verify();

        internal void CheckAll()
        {
            FieldTable table = Open(_test, "t");
            table.Verify();
            Assert.Equal(_expected.Count, table.Count);
            int walked = 0;
            foreach (FieldEntry entry in table.Walk())
            {
                string name = System.Text.Encoding.Latin1.GetString(entry.Field);
                (byte[]? value, long deadline) = _expected[name];
                Assert.Equal((value is not null, deadline), (entry.HasValue, entry.DeadlineMillis));
                Assert.True(entry.Value.SequenceEqual(value));
                walked++;
            }
            Assert.Equal(_expected.Count, walked);
            Assert.Equal(_expected.Values.Count(static value => value.Deadline != 0), CountVolatile(table));
        }

        private static int CountVolatile(FieldTable table)
        {
            Span<FieldEntry> found = new FieldEntry[20];
            uint position = 0;
            int count = 0;
            do
            {
                count += table.Scan(ref position, found, volatileOnly: true);
            }
            while (position != 0);
            Assert.Equal(table.VolatileCount, count);
            return count;
        }

        private long Deadline() => _random.Next(3) == 0 ? _random.NextInt64(1, 1L << 44) : 0;

        private void Set(in FieldTable table, string name, byte[] field, bool isFound)
        {
            int length = _random.Next(100) switch
            {
                0 => _random.Next(40_000),
                < 10 => _random.Next(400),
                _ => _random.Next(20),
            };
            byte[] value = new byte[length];
            _random.NextBytes(value);
            long deadline = Deadline();
            // With the element in hand and with its name alone.
            if (_random.Next(2) == 0) Assert.Equal(!isFound, table.Set(field, value, deadline));
            else if (table.TryFind(field, KeyHash.Of(field), out FieldEntry entry))
                table.Replace(entry, KeyHash.Of(field), value, deadline);
            else table.Add(field, KeyHash.Of(field), value, deadline);
            _expected[name] = (value, deadline);
        }
    }
}
