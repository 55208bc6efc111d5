using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory.SortedSets;

/// <summary>
/// Random changes of a large sorted set and of the framework's: both must agree, and no byte may leak.
/// </summary>
public sealed class SortedSetModelTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 30_000, 5_000, 1_000_000)]
    [InlineData(HeapMode.Counting, 2, 30_000, 5_000, 3)]
    [InlineData(HeapMode.Counting, 3, 60_000, 40_000, 200)]
    [InlineData(HeapMode.Guarded, 4, 6_000, 600, 50)]
    [InlineData(HeapMode.Guarded, 5, 6_000, 2_000, 100_000)]
    public void Agrees_with_the_framework(HeapMode mode, int seed, int operations, int names, int scores)
    {
        using Model model = new(mode, seed, names, scores);
        for (int phase = 0; phase < 6; phase++)
        {
            int removals = (phase % 3) switch { 0 => 5, 1 => 30, _ => 75 };
            for (int operation = 0; operation < operations / 6; operation++) model.Step(removals);
            model.CheckAll();
        }
        model.RemoveRanges();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_set_filled_in_order_has_full_leaves(int direction)
    {
        using TestTable test = new(HeapMode.Counting);
        SortedSet set = Make(test, "set");
        for (int index = 0; index < 50_000; index++) Add(set, $"member:{index:D7}", index * direction);
        set.Check();
        Assert.Equal(50_000, set.Count);
        // Score and length, member; score and address in the leaf; address in the index.
        double bytes = test.Table.Structure(test.Find("set")).HeldBytes / 50_000.0;
        Assert.InRange(bytes, 24 + 16 + 9, 24 + 16 + 15);
        for (long rank = 0; rank < 50_000; rank += 777)
        {
            long index = direction > 0 ? rank : 49_999 - rank;
            SortedMember found = set.Find(TestTable.Bytes($"member:{index:D7}"));
            Assert.True(found.Exists);
            Assert.Equal(rank, set.RankOf(found));
        }
    }

    [Fact]
    public void Copies_are_whole_and_are_freed_bit_by_bit()
    {
        using TestTable test = new(HeapMode.Counting);
        SortedSet set = Make(test, "set");
        for (int index = 0; index < 30_000; index++) Add(set, $"{index}", index % 100);
        SortedSet copy = Make(test, "copy");
        test.Table.CopyStructure(test.Table, test.Find("set"), test.Find("copy"));
        copy = new SortedSet(test.Table.Structure(test.Find("copy")));
        copy.Check();
        Assert.Equal(30_000, copy.Count);
        test.Remove("set");
        int steps = 0;
        while (test.Heap.ReclaimStructures(500)) steps++;
        Assert.InRange(steps, 55, 70);
        Assert.Equal(0, test.Heap.DyingElements);
    }

    [Fact]
    public void A_walk_reads_both_ways()
    {
        using TestTable test = new(HeapMode.Counting);
        SortedSet set = Make(test, "set");
        for (int index = 0; index < 10_000; index++) Add(set, $"{index}", index);
        SortedCursor forwards = set.Walk(0);
        SortedCursor backwards = set.Walk(9_999, backwards: true);
        for (int index = 0; index < 10_000; index++)
        {
            Assert.True(forwards.MoveNext() && backwards.MoveNext());
            Assert.Equal((index, 9_999 - index), (forwards.Score, backwards.Score));
        }
        Assert.False(forwards.MoveNext() || backwards.MoveNext() || forwards.MoveNext());
        Assert.False(set.Walk(10_000).MoveNext() || set.Walk(-1).MoveNext());
    }

    [Fact]
    public void A_scan_returns_what_stays_exactly_once()
    {
        using TestTable test = new(HeapMode.Counting);
        SortedSet set = Make(test, "set");
        Random random = new(7);
        for (int index = 0; index < 3_000; index++) Add(set, $"stays:{index}", index);
        for (int round = 0; round < 4; round++)
        {
            // It grows in one round and shrinks in the next.
            bool grows = round % 2 == 0;
            Dictionary<string, int> seen = [];
            int change = 0;
            ulong cursor = 0;
            do
            {
                MemberScan scan = set.Scan(cursor, random.Next(1, 30));
                while (scan.MoveNext())
                {
                    string member = System.Text.Encoding.Latin1.GetString(scan.Member);
                    seen[member] = seen.GetValueOrDefault(member) + 1;
                }
                cursor = scan.Cursor;
                for (int step = 0; step < 100 && change < 20_000; step++, change++)
                {
                    string name = $"goes:{change}";
                    SortedMember found = set.Find(TestTable.Bytes(name));
                    if (grows && !found.Exists) set.Add(found, TestTable.Bytes(name), 1);
                    else if (!grows && found.Exists) set.Remove(found);
                }
            }
            while (cursor != 0);
            for (int index = 0; index < 3_000; index++) Assert.Equal(1, seen[$"stays:{index}"]);
            set.Check();
        }
    }

    private static SortedSet Make(TestTable test, string name)
    {
        byte[] key = TestTable.Bytes(name);
        Entry entry = test.Table.Insert(
            KeySlot.Of(key), KeyHash.Of(key), key, ValueType.SortedSet, ValueEncoding.SkipList, SortedSet.RootBytes, 0);
        test.Table.Structure(entry).Clear(SortedSet.RootBytes);
        return new SortedSet(test.Table.Structure(entry));
    }

    private static void Add(SortedSet set, string member, double score)
    {
        byte[] bytes = TestTable.Bytes(member);
        SortedMember found = set.Find(bytes);
        Assert.False(found.Exists);
        set.Add(found, bytes, score);
    }

    private sealed class Model : IDisposable
    {
        private readonly TestTable _test;
        private readonly Random _random;
        private readonly int _names;
        private readonly int _scores;
        private readonly Dictionary<string, double> _expected = [];

        internal Model(HeapMode mode, int seed, int names, int scores)
        {
            _test = new TestTable(mode);
            _random = new Random(seed);
            _names = names;
            _scores = scores;
            Make(_test, "set");
        }

        private SortedSet Set => new(_test.Table.Structure(_test.Find("set")));

        internal void Step(int removalPercent)
        {
            int number = _random.Next(_names);
            string name = number % 40 == 0 ? $"{number}{new string('-', 300)}" : $"{number}";
            byte[] bytes = TestTable.Bytes(name);
            SortedSet set = Set;
            SortedMember found = set.Find(bytes);
            Assert.Equal(_expected.TryGetValue(name, out double score), found.Exists);
            if (found.Exists) Assert.Equal(score, found.Score);
            if (_random.Next(100) < removalPercent)
            {
                if (!found.Exists) return;
                set.Remove(found);
                _expected.Remove(name);
                return;
            }
            double next = _random.Next(20) switch
            {
                0 => double.PositiveInfinity,
                1 => double.NegativeInfinity,
                < 6 => score + _random.Next(1, 5),
                _ => _random.Next(_scores) / 2.0,
            };
            if (!found.Exists) set.Add(found, bytes, next);
            else if (next != found.Score) set.Move(found, next);
            _expected[name] = next;
        }

        internal void CheckAll()
        {
            SortedSet set = Set;
            set.Check();
            Assert.Equal(_expected.Count, set.Count);
            (string Name, double Score)[] sorted = Sorted();
            SortedCursor cursor = set.Walk(0);
            for (int rank = 0; rank < sorted.Length; rank++)
            {
                Assert.True(cursor.MoveNext());
                Assert.Equal(sorted[rank].Score, cursor.Score);
                Assert.True(cursor.Member.SequenceEqual(TestTable.Bytes(sorted[rank].Name)));
                if (rank % 50 == 0) Assert.Equal(rank, set.RankOf(set.Find(cursor.Member)));
            }
            Assert.False(cursor.MoveNext());
            for (int probe = 0; probe < 50; probe++)
            {
                double score = _random.Next(-2, _scores + 2) / 2.0;
                Assert.Equal(sorted.Count(element => element.Score < score), set.CountBelow(score, orEqual: false));
                Assert.Equal(sorted.Count(element => element.Score <= score), set.CountBelow(score, orEqual: true));
            }
        }

        internal void RemoveRanges()
        {
            while (_expected.Count > 1)
            {
                (string Name, double Score)[] sorted = Sorted();
                int rank = _random.Next(sorted.Length);
                int count = _random.Next(sorted.Length - rank) + (rank > 0 ? 1 : 0);
                Set.RemoveRange(rank, Math.Min(count, sorted.Length - rank));
                foreach ((string name, _) in sorted.AsSpan(rank, Math.Min(count, sorted.Length - rank)))
                    _expected.Remove(name);
                CheckAll();
            }
        }

        public void Dispose() => _test.Dispose();

        private (string Name, double Score)[] Sorted() =>
        [
            .. _expected.Select(pair => (pair.Key, pair.Value))
                .OrderBy(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal),
        ];
    }
}
