using System.Text;
using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory.Lists;

/// <summary>Nodes that are kept as records: they take less, and answer as packs do.</summary>
public sealed class DenseNodeTests
{
    private static readonly ListLimits Limits = ListLimits.Of(-2);

    public static TheoryData<string, double> Kinds() => new()
    {
        // What an element takes at most, with everything around it.
        { "counter", 3.5 },
        { "digits", 6.2 },
        { "letters", 8.6 },
        { "integer", 8.5 },
        { "names", 9.5 },
        { "same", 0.6 },
        { "bytes", 12.7 },
        { "empty", 3.2 },
        { "lengths", 40 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Takes_little(string kind, double most)
    {
        using Fixture fixture = new(HeapMode.Plain);
        const int Count = 100_000;
        Random random = new(1);
        for (int index = 0; index < Count; index++) fixture.List.Push(Element(kind, random, index), atHead: false);
        fixture.List.Check();
        Assert.InRange(fixture.HeldBytes / (double)Count, 0, most);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Reads_and_changes_as_packs_do(string kind, double most)
    {
        Assert.True(most > 0);
        foreach (HeapMode mode in (ReadOnlySpan<HeapMode>)[HeapMode.Counting, HeapMode.Guarded])
        {
            using Fixture fixture = new(mode);
            Random random = new(2);
            List<byte[]> expected = [];
            for (int index = 0; index < 12_000; index++)
            {
                byte[] element = Element(kind, random, index);
                bool atHead = index % 3 == 0;
                fixture.List.Push(element, atHead);
                if (atHead) expected.Insert(0, element);
                else expected.Add(element);
            }
            fixture.CheckAll(expected);
            Change(fixture, expected, random);
            fixture.CheckAll(expected);
            Drain(fixture, expected, random);
        }
    }

    [Fact]
    public void Large_parts_are_freed_later()
    {
        using Fixture fixture = new(HeapMode.Counting);
        byte[] element = Encoding.ASCII.GetBytes(new string('x', 1000));
        for (int index = 0; index < 60_000; index++) fixture.List.Push(element, atHead: index % 2 == 0);
        fixture.List.Drop(29_000, atHead: true);
        fixture.List.Check();
        Assert.Equal(31_000, fixture.List.Count);
        fixture.List.Drop(30_000, atHead: false);
        fixture.List.Check();
        Assert.True(fixture.DyingElements > 40_000);
        Assert.InRange(fixture.HeldBytes, 0, 1_100_000);
        fixture.Reclaim();
        fixture.CheckBooks();
    }

    private static byte[] Element(string kind, Random random, int index)
    {
        byte[] bytes = new byte[10];
        random.NextBytes(bytes);
        return kind switch
        {
            "counter" => Encoding.ASCII.GetBytes($"item{index:D6}"),
            "digits" => Encoding.ASCII.GetBytes($"{random.Next(1_000_000_000):D10}"),
            "letters" => Encoding.ASCII.GetBytes(Convert.ToHexStringLower(bytes.AsSpan(0, 5))),
            "integer" => Encoding.ASCII.GetBytes($"{random.NextInt64() >> random.Next(64)}"),
            "names" => Encoding.ASCII.GetBytes($"user:{random.Next() >> random.Next(31)}:x"),
            "same" => "always the same"u8.ToArray(),
            "empty" => random.Next(2) == 0 ? [] : [(byte)random.Next(256)],
            "lengths" => Encoding.ASCII.GetBytes(new string((char)random.Next('a', 'z'), random.Next(65))),
            _ => bytes,
        };
    }

    private static void Change(Fixture fixture, List<byte[]> expected, Random random)
    {
        for (int round = 0; round < 60; round++)
        {
            int index = random.Next(expected.Count);
            QuickList list = fixture.List;
            ListCursor cursor = list.Seek(index, new byte[ListCursor.ScratchBytes]);
            byte[] element = Encoding.ASCII.GetBytes($"new {round}");
            switch (round % 3)
            {
                case 0:
                    list.Insert(ref cursor, element, before: true);
                    expected.Insert(index, element);
                    break;
                case 1:
                    list.Replace(ref cursor, element);
                    expected[index] = element;
                    break;
                default:
                    list.Remove(ref cursor);
                    expected.RemoveAt(index);
                    break;
            }
            list.Check();
        }
    }

    private static void Drain(Fixture fixture, List<byte[]> expected, Random random)
    {
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        byte[] scratch = new byte[ListCursor.ScratchBytes];
        while (expected.Count > 0)
        {
            bool atHead = random.Next(3) > 0;
            QuickList list = fixture.List;
            Assert.True(list.Peek(atHead, scratch).Bytes(digits).SequenceEqual(expected[atHead ? 0 : ^1]));
            int count = Math.Min(random.Next(1, 4), expected.Count);
            list.Drop(count, atHead);
            expected.RemoveRange(atHead ? 0 : expected.Count - count, count);
            if (random.Next(500) > 0) continue;
            list.Check();
            list.Push("pushed between"u8, atHead);
            expected.Insert(atHead ? 0 : expected.Count, "pushed between"u8.ToArray());
            _ = list.TryGetSmallPack(out _);
        }
        fixture.List.Check();
        fixture.CheckBooks();
    }

    private sealed class Fixture : IDisposable
    {
        private readonly TestTable _test;

        internal Fixture(HeapMode mode)
        {
            _test = new TestTable(mode);
            Entry entry = _test.Insert(
                "k", ValueType.List, ValueEncoding.QuickList, new byte[QuickList.RootBytes]);
            _test.Table.Structure(entry).Clear(QuickList.RootBytes);
        }

        internal QuickList List => new(_test.Table.Structure(_test.Find("k")), Limits);

        internal long HeldBytes => _test.Table.Structure(_test.Find("k")).HeldBytes;

        internal long DyingElements => _test.Heap.DyingElements;

        public void Dispose() => _test.Dispose();

        internal void Reclaim()
        {
            while (_test.Heap.ReclaimStructures(100)) { }
        }

        internal void CheckBooks() => Assert.Equal(
            _test.Heap.UsedBytes - SlotArray.FixedBytes - SlotHeader.Bytes,
            _test.Table.SlotBytes(KeySlot.Of("k"u8)));

        internal void CheckAll(List<byte[]> expected)
        {
            QuickList list = List;
            list.Check();
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            byte[] scratch = new byte[ListCursor.ScratchBytes];
            ListCursor cursor = list.Seek(0, scratch);
            foreach (byte[] element in expected)
            {
                Assert.True(cursor.Element.Bytes(digits).SequenceEqual(element));
                cursor.MoveNext();
            }
            for (int index = expected.Count - 1; index >= 0; index--)
            {
                cursor.MovePrevious();
                Assert.True(cursor.Element.Bytes(digits).SequenceEqual(expected[index]));
                if (index % 7 != 0) continue;
                ListCursor sought = list.Seek(index, new byte[ListCursor.ScratchBytes]);
                Assert.True(sought.Element.Bytes(digits).SequenceEqual(expected[index]));
            }
            CheckNodes(expected);
        }

        private void CheckNodes(List<byte[]> expected)
        {
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            int index = 0;
            ListNodeReader nodes = new(_test.Table.Structure(_test.Find("k")));
            while (nodes.MoveNext())
            {
                byte[] pack = nodes.Bytes.ToArray();
                if (nodes.IsPlain)
                {
                    Assert.Equal(expected[index++], pack);
                    continue;
                }
                Assert.True(ListpackCheck.IsValid(pack, out _));
                for (int at = Listpack.First; !Listpack.IsEnd(pack, at); at = Listpack.Next(pack, at))
                    Assert.True(Listpack.Get(pack, at).Bytes(digits).SequenceEqual(expected[index++]));
            }
            Assert.Equal(expected.Count, index);
        }
    }
}
