using System.Text;
using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory.Lists;

/// <summary>
/// Random changes of a list of packs and of a plain list: both must agree, all that must hold must hold.
/// </summary>
public sealed class QuickListModelTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 6_000, 8192, int.MaxValue)]
    [InlineData(HeapMode.Counting, 2, 6_000, 256, int.MaxValue)]
    [InlineData(HeapMode.Counting, 3, 20_000, 8192, 3)]
    [InlineData(HeapMode.Counting, 4, 20_000, 8192, 1)]
    [InlineData(HeapMode.Counting, 5, 6_000, 64, 7)]
    [InlineData(HeapMode.Counting, 6, 3_000, 65536, int.MaxValue)]
    [InlineData(HeapMode.Guarded, 7, 2_000, 256, int.MaxValue)]
    [InlineData(HeapMode.Guarded, 8, 3_000, 8192, 3)]
    public void Agrees_with_a_list(HeapMode mode, int seed, int operations, int bytes, int elements)
    {
        using Model model = new(mode, seed, new ListLimits(bytes, elements));
        // Growing at both ends and in the middle, then shrinking, twice.
        for (int phase = 0; phase < 4; phase++)
        {
            for (int operation = 0; operation < operations / 4; operation++) model.Step(shrinks: phase % 2 == 1);
            model.CheckAll();
        }
    }

    [Theory]
    [InlineData(HeapMode.Counting)]
    [InlineData(HeapMode.Guarded)]
    public void An_element_with_a_block_of_its_own_is_no_small_pack(HeapMode mode)
    {
        using Model model = new(mode, 1, new ListLimits(64, int.MaxValue));
        // As the head of a pack each of them would say something else of where the pack lies.
        foreach (byte content in (ReadOnlySpan<byte>)[0, 1, 0x66, 0xFF]) model.HoldOnly(content);
    }

    private sealed class Model : IDisposable
    {
        private readonly TestTable _test;
        private readonly Random _random;
        private readonly ListLimits _limits;
        private readonly List<byte[]> _expected = [];
        private readonly bool _isCounting;

        internal Model(HeapMode mode, int seed, ListLimits limits)
        {
            _test = new TestTable(mode);
            _random = new Random(seed);
            _limits = limits;
            _isCounting = mode == HeapMode.Counting;
            Make("k");
        }

        public void Dispose()
        {
            _test.Remove("k");
            _test.Dispose();
        }

        internal void Step(bool shrinks)
        {
            QuickList list = List("k");
            int choice = _random.Next(100);
            if (_expected.Count == 0 || choice < (shrinks ? 20 : 45)) Push(list);
            else if (choice < 60) Drop(list, shrinks);
            else Edit(list, choice);
            if (_expected.Count > 0) Compare(list, _random.Next(_expected.Count));
            list.Check();
            ComparePack(list);
            if (_random.Next(400) == 0) CopyAndDrop();
        }

        internal void HoldOnly(byte content)
        {
            QuickList list = List("k");
            byte[] element = new byte[_limits.Bytes + 100];
            element.AsSpan().Fill(content);
            list.Push(element, atHead: true);
            Assert.False(list.TryGetSmallPack(out _));
            list.Drop(1, atHead: true);
        }

        internal void CheckAll()
        {
            QuickList list = List("k");
            Assert.Equal(_expected.Count, list.Count);
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            Span<byte> scratch = stackalloc byte[ListCursor.ScratchBytes];
            ListCursor cursor = list.Seek(0, scratch);
            foreach (byte[] element in _expected)
            {
                Assert.True(cursor.Element.Bytes(digits).SequenceEqual(element));
                cursor.MoveNext();
            }
            Assert.True(cursor.IsEnd);
            for (int index = _expected.Count - 1; index >= 0; index--)
            {
                cursor.MovePrevious();
                Assert.True(cursor.Element.Bytes(digits).SequenceEqual(_expected[index]));
            }
            if (!_isCounting) return;
            int slot = KeySlot.Of("k"u8);
            Assert.Equal(_test.Heap.UsedBytes - SlotArray.FixedBytes - SlotHeader.Bytes, _test.Table.SlotBytes(slot));
        }

        private void Make(string name)
        {
            Entry entry = _test.Insert(
                name, ValueType.List, ValueEncoding.QuickList, new byte[QuickList.RootBytes]);
            _test.Table.Structure(entry).Clear(QuickList.RootBytes);
        }

        private QuickList List(string name) => new(_test.Table.Structure(_test.Find(name)), _limits);

        private byte[] Element() => _random.Next(30) switch
        {
            0 => new byte[_random.Next(_limits.Bytes * 2)],
            < 10 => Encoding.ASCII.GetBytes($"{_random.NextInt64() >> _random.Next(64)}"),
            < 20 => Encoding.ASCII.GetBytes($"item:{_random.Next(100_000):D5}"),
            _ => Encoding.ASCII.GetBytes(new string((char)_random.Next(32, 127), _random.Next(40))),
        };

        private void Push(QuickList list)
        {
            // Runs, so that whole nodes come into being at the ends.
            bool atHead = _random.Next(2) == 0;
            for (int pushed = _random.Next(1, 20); pushed > 0; pushed--)
            {
                byte[] element = Element();
                list.Push(element, atHead);
                if (atHead) _expected.Insert(0, element);
                else _expected.Add(element);
                Compare(list, atHead ? 0 : _expected.Count - 1);
            }
        }

        private void Drop(QuickList list, bool shrinks)
        {
            bool atHead = _random.Next(2) == 0;
            int count = Math.Min(_expected.Count, _random.Next(1, shrinks ? 60 : 5));
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            PackElement end = list.Peek(atHead, new byte[ListCursor.ScratchBytes]);
            Assert.True(end.Bytes(digits).SequenceEqual(_expected[atHead ? 0 : ^1]));
            list.Drop(count, atHead);
            _expected.RemoveRange(atHead ? 0 : _expected.Count - count, count);
        }

        private void Edit(QuickList list, int choice)
        {
            int index = _random.Next(_expected.Count);
            int sought = _random.Next(2) == 0 ? index : index - _expected.Count;
            ListCursor cursor = list.Seek(sought, new byte[ListCursor.ScratchBytes]);
            byte[] element = Element();
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            if (choice < 75)
            {
                bool before = _random.Next(2) == 0;
                list.Insert(ref cursor, element, before);
                _expected.Insert(before ? index : index + 1, element);
                Assert.True(cursor.Element.Bytes(digits).SequenceEqual(element));
            }
            else if (choice < 85)
            {
                list.Replace(ref cursor, element);
                _expected[index] = element;
                Assert.True(cursor.Element.Bytes(digits).SequenceEqual(element));
            }
            else
            {
                list.Remove(ref cursor);
                _expected.RemoveAt(index);
                Assert.Equal(index == _expected.Count, cursor.IsEnd);
                if (!cursor.IsEnd) Assert.True(cursor.Element.Bytes(digits).SequenceEqual(_expected[index]));
            }
        }

        private void Compare(QuickList list, int index)
        {
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            PackElement element = list.Seek(index, new byte[ListCursor.ScratchBytes]).Element;
            Assert.True(element.Bytes(digits).SequenceEqual(_expected[index]));
        }

        private void ComparePack(QuickList list)
        {
            if (!list.TryGetSmallPack(out ReadOnlySpan<byte> pack)) return;
            Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
            int at = Listpack.First;
            foreach (byte[] element in _expected)
            {
                Assert.True(Listpack.Get(pack, at).Bytes(digits).SequenceEqual(element));
                at = Listpack.Next(pack, at);
            }
            Assert.True(Listpack.IsEnd(pack, at));
        }

        private void CopyAndDrop()
        {
            Make("copy");
            _test.Table.CopyStructure(_test.Table, _test.Find("k"), _test.Find("copy"));
            QuickList copy = List("copy");
            copy.Check();
            Assert.Equal(_expected.Count, copy.Count);
            if (_expected.Count > 0) Compare(copy, _random.Next(_expected.Count));
            _test.Remove("copy");
            while (_test.Heap.ReclaimStructures(100)) { }
        }
    }
}
