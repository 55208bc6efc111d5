using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory;

/// <summary>Random operations on a table and on a Dictionary: both must agree, and no byte may leak.</summary>
public sealed class KeyTableModelTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 20_000, 2_000, "")]
    [InlineData(HeapMode.Counting, 2, 30_000, 6_000, "{tag}")]
    [InlineData(HeapMode.Plain, 3, 60_000, 25_000, "{tag}")]
    [InlineData(HeapMode.Guarded, 4, 4_000, 300, "{tag}")]
    [InlineData(HeapMode.Guarded, 5, 4_000, 300, "")]
    public void Agrees_with_a_dictionary(HeapMode mode, int seed, int operations, int names, string prefix)
    {
        using Model model = new(mode, seed, names, prefix);
        // Growing, a time of change, and shrinking, twice: splits and joins of segments in both directions.
        for (int phase = 0; phase < 6; phase++)
        {
            int removals = (phase % 3) switch { 0 => 5, 1 => 30, _ => 80 };
            for (int operation = 0; operation < operations / 6; operation++) model.Step(removals);
            model.CheckAll();
        }
    }

    [Fact]
    public void Hundreds_of_thousands_of_keys_in_one_slot()
    {
        const int Keys = 150_000;
        using TestTable test = new(HeapMode.Plain);
        int slot = KeySlot.Of("big"u8);
        Span<byte> key = stackalloc byte[16];
        "{big}"u8.CopyTo(key);
        for (int index = 0; index < Keys; index++)
        {
            Entry entry = test.Table.Insert(slot, Name(key, index), key, default, default, 4, index % 7 == 0 ? 1 : 0);
            BitConverter.TryWriteBytes(test.Table.Mutable(ref entry), index);
        }
        Assert.Equal(Keys, test.Table.SlotKeyCount(slot));
        Assert.InRange(test.Table.SlotBytes(slot) / (double)Keys, 32, 44);
        for (int index = 0; index < Keys; index++)
        {
            Assert.True(test.Table.TryFind(slot, Name(key, index), key, out Entry entry));
            Assert.Equal(index, BitConverter.ToInt32(entry.Value));
            if (index % 300 != 0) test.Table.Remove(ref entry);
        }
        // What is left needs little again: the directory has gone back too.
        Assert.Equal(Keys / 300, test.Table.Count);
        Assert.Equal(test.Heap.UsedBytes - SlotArray.FixedBytes - SlotHeader.Bytes, test.Table.SlotBytes(slot));
        Assert.InRange(test.Table.SlotBytes(slot), 32 * Keys / 300, 100 * Keys / 300);
        for (int index = 0; index < Keys; index += 300)
        {
            Assert.True(test.Table.TryFind(slot, Name(key, index), key, out Entry entry));
            test.Table.Remove(ref entry);
        }
        Assert.Equal(0, test.Table.SlotBytes(slot));
        Assert.Equal((0, 0), (test.Table.VolatileCount, test.Table.ExpirySumMillis));
        Assert.Equal(SlotArray.FixedBytes, test.Heap.UsedBytes);
        while (test.Heap.HasSurplus) test.Heap.GiveBackSome();
        Assert.True(test.Heap.RegionCount <= 1);
    }

    private static ulong Name(Span<byte> key, int index)
    {
        index.TryFormat(key[5..], out int written, "D11");
        Assert.Equal(11, written);
        return KeyHash.Of(key);
    }

    private sealed class Model : IDisposable
    {
        private readonly TestTable _test;
        private readonly Random _random;
        private readonly int _names;
        private readonly string _prefix;
        private readonly Dictionary<string, Expected> _expected = [];
        private readonly bool _compacts;

        internal Model(HeapMode mode, int seed, int names, string prefix)
        {
            _test = new TestTable(mode);
            _random = new Random(seed);
            _names = names;
            _prefix = prefix;
            _compacts = mode == HeapMode.Counting;
        }

        private KeyTable Table => _test.Table;

        internal void Step(int removalPercent)
        {
            string name = _prefix + Stretch(_random.Next(_names));
            bool found = _test.TryFind(name, out Entry entry);
            Assert.Equal(_expected.TryGetValue(name, out Expected? expected), found);
            if (!found)
            {
                if (_random.Next(100) >= removalPercent) Insert(name);
                return;
            }
            expected!.Check(entry);
            if (_random.Next(100) < removalPercent) Remove(name, ref entry);
            else Change(ref entry, expected);
            if (_compacts && _random.Next(500) == 0) _test.Heap.CompactStep(10_000);
        }

        internal void CheckAll()
        {
            Assert.Equal(_expected.Count, Table.Count);
            Assert.Equal(_expected.Values.Count(key => key.Expiry != 0), Table.VolatileCount);
            Assert.Equal(_expected.Values.Sum(key => key.Expiry), Table.ExpirySumMillis);
            long blobBytes = 0;
            foreach ((string name, Expected expected) in _expected)
            {
                Entry entry = _test.Find(name);
                expected.Check(entry);
                if (entry.IsBlob) blobBytes += entry.Blob.AllocatedBytes;
            }
            CheckSlots(blobBytes);
        }

        public void Dispose() => _test.Dispose();

        private void CheckSlots(long blobBytes)
        {
            (int keys, long slotBytes, int volatileSlots) = (0, (long)SlotArray.FixedBytes, 0);
            for (int slot = Table.NextSlot(0); slot >= 0; slot = Table.NextSlot(slot + 1))
            {
                keys += Table.SlotKeyCount(slot);
                slotBytes += Table.SlotBytes(slot) + SlotHeader.Bytes;
            }
            for (int slot = Table.NextVolatileSlot(0); slot >= 0; slot = Table.NextVolatileSlot(slot + 1))
                volatileSlots++;
            Assert.Equal(_expected.Count, keys);
            HashSet<int> expectedSlots = [];
            foreach ((string name, Expected key) in _expected)
            {
                if (key.Expiry != 0) expectedSlots.Add(KeySlot.Of(TestTable.Bytes(name)));
            }
            Assert.Equal(expectedSlots.Count, volatileSlots);
            if (_test.Heap.LiveBlocks >= 0 && !_compacts) return; // guarded blocks are rounded otherwise
            Assert.Equal(_test.Heap.UsedBytes, slotBytes - blobBytes);
        }

        // Some names are long ones.
        private static string Stretch(int number) => number % 50 == 0 ? $"{number}{new string('-', 300)}" : $"{number}";

        private int Length() => _random.Next(200) switch
        {
            0 => _random.Next(Blob.Threshold - 10, 100_000),
            < 10 => _random.Next(Blob.Threshold),
            _ => _random.Next(200),
        };

        private long Expiry() => _random.Next(3) == 0 ? _random.NextInt64(1, 1L << 44) : 0;

        private void Insert(string name)
        {
            byte[] value = new byte[Length()];
            _random.NextBytes(value);
            Expected expected = new()
            {
                Type = (ValueType)_random.Next(6),
                Encoding = (ValueEncoding)_random.Next(8),
                Value = value,
                Expiry = Expiry(),
                Clock = (uint)_random.Next(1 << 24),
            };
            Entry entry = _test.Insert(name, expected.Type, expected.Encoding, value, expected.Expiry);
            entry.SetAccessClock(expected.Clock);
            expected.Check(entry);
            _expected.Add(name, expected);
        }

        private void Remove(string name, ref Entry entry)
        {
            Table.Remove(ref entry);
            Assert.True(entry.IsNull);
            _expected.Remove(name);
        }

        private void Change(ref Entry entry, Expected expected)
        {
            switch (_random.Next(5))
            {
                case 0:
                    expected.Expiry = Expiry();
                    Table.SetExpiry(ref entry, expected.Expiry);
                    break;
                case 1:
                    Replace(ref entry, expected);
                    break;
                case 2:
                    Array.Resize(ref expected.Value, Length());
                    Table.Resize(ref entry, expected.Value.Length);
                    break;
                case 3:
                    _random.NextBytes(expected.Value);
                    expected.Value.CopyTo(Table.Mutable(ref entry));
                    break;
                default:
                    expected.Encoding = (ValueEncoding)_random.Next(8);
                    Table.SetEncoding(ref entry, expected.Encoding);
                    break;
            }
            expected.Check(entry);
        }

        private void Replace(ref Entry entry, Expected expected)
        {
            expected.Value = new byte[Length()];
            _random.NextBytes(expected.Value);
            expected.Type = (ValueType)_random.Next(6);
            expected.Encoding = (ValueEncoding)_random.Next(8);
            expected.Expiry = Expiry();
            Table.Replace(ref entry, expected.Type, expected.Encoding, expected.Value.Length, expected.Expiry);
            expected.Value.CopyTo(Table.Mutable(ref entry));
        }
    }

    private sealed class Expected
    {
        internal ValueType Type;
        internal ValueEncoding Encoding;
        internal byte[] Value = [];
        internal long Expiry;
        internal uint Clock;

        internal void Check(Entry entry)
        {
            Assert.Equal((Type, Encoding, Expiry, Clock),
                (entry.Type, entry.Encoding, entry.ExpiryMillis, entry.AccessClock));
            Assert.True(Value.AsSpan().SequenceEqual(entry.Value));
            Assert.Equal(Value.Length, entry.ValueLength);
        }
    }
}
