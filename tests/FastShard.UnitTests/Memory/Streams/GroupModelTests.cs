using System.Text;
using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory.Streams;

/// <summary>Random deliveries, claims and acknowledgements in groups, and the same in dictionaries.</summary>
public sealed class GroupModelTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 20_000, 3_000)]
    [InlineData(HeapMode.Counting, 2, 20_000, 60)]
    [InlineData(HeapMode.Guarded, 3, 3_000, 300)]
    public void Pending_deliveries_agree_with_dictionaries(HeapMode mode, int seed, int operations, int ids)
    {
        using Model model = new(mode, seed, ids);
        for (int operation = 0; operation < operations; operation++)
        {
            model.Step(growing: operation % 4000 < 2500);
            if (operation % 200 == 0) model.Check();
        }
        model.Check();
        model.CheckCopy();
    }

    [Fact]
    public void A_group_with_many_deliveries_is_freed_bit_by_bit()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        Assert.True(subject.Groups.TryCreate("g"u8, out StreamGroup group));
        group.GetOrCreateConsumer("c"u8, 1, out StreamConsumer consumer);
        for (ulong index = 1; index <= 20_000; index++) group.Assign(new StreamId(index, 0), consumer, 5, 1);
        subject.Verify();
        Assert.True(subject.Groups.TryRemove("g"u8));
        Assert.Equal(20_000, subject.Test.Heap.DyingElements);
        int rounds = 0;
        while (subject.Test.Heap.ReclaimStructures(100)) rounds++;
        Assert.InRange(rounds, 5, 500);
        subject.Verify();
        Assert.Equal(0, subject.Handle.HeldBytes);
    }

    private sealed class Model : IDisposable
    {
        private readonly StreamSubject _subject;
        private readonly Random _random;
        private readonly int _ids;
        private readonly Dictionary<string, Dictionary<StreamId, Expected>> _groups = [];
        private readonly Dictionary<string, HashSet<string>> _consumers = [];
        private long _turn;

        internal Model(HeapMode mode, int seed, int ids)
        {
            _subject = new StreamSubject(mode);
            _random = new Random(seed);
            _ids = ids;
        }

        internal void Step(bool growing)
        {
            string name = $"group-{_random.Next(4)}";
            if (!_groups.ContainsKey(name) || _random.Next(500) == 0)
            {
                ChangeGroup(name);
                return;
            }
            Assert.True(_subject.Groups.TryFind(TestTable.Bytes(name), out StreamGroup group));
            int choice = _random.Next(100);
            if (choice < 3) ChangeConsumer(name, group);
            else if (choice < (growing ? 70 : 40)) Assign(name, group);
            else if (choice < (growing ? 75 : 45)) Release(name, group);
            else Acknowledge(name, group);
        }

        internal void Check()
        {
            _subject.Verify();
            Assert.Equal(_groups.Count, _subject.Groups.Count);
            foreach ((string name, Dictionary<StreamId, Expected> expected) in _groups)
            {
                Assert.True(_subject.Groups.TryFind(TestTable.Bytes(name), out StreamGroup group));
                Check(group, expected, _consumers[name]);
            }
        }

        internal void CheckCopy()
        {
            using StreamSubject other = new(HeapMode.Counting);
            other.Test.Table.CopyStructure(
                _subject.Test.Table, _subject.Test.Find("stream"), other.Test.Find("stream"));
            other.Verify();
            foreach ((string name, Dictionary<StreamId, Expected> expected) in _groups)
            {
                Assert.True(other.Groups.TryFind(TestTable.Bytes(name), out StreamGroup group));
                Check(group, expected, _consumers[name]);
            }
        }

        public void Dispose() => _subject.Dispose();

        private static void Check(
            in StreamGroup group, Dictionary<StreamId, Expected> expected, HashSet<string> consumers)
        {
            Assert.Equal(expected.Count, group.PendingCount);
            Assert.Equal(expected.Values.Count(static entry => entry.Owner is null), group.ReleasedCount);
            Assert.Equal(consumers.Count, group.ConsumerCount);
            PendingReader reader = new(group, StreamId.Zero, StreamId.Max);
            foreach ((StreamId id, Expected entry) in expected.OrderBy(static pair => pair.Key))
            {
                Assert.True(reader.MoveNext());
                Assert.Equal(id, reader.Id);
                PendingEntry pending = reader.Current;
                Assert.Equal((entry.Millis, entry.Count), (pending.DeliveryMillis, pending.DeliveryCount));
                Assert.Equal(entry.Owner ?? "", Encoding.ASCII.GetString(pending.OwnerName));
            }
            Assert.False(reader.MoveNext());
            StreamId position = default;
            foreach ((StreamId id, _) in expected.OrderBy(static pair => (pair.Value.Millis, pair.Value.Turn)))
            {
                Assert.True(group.TryNextByTime(ref position, out PendingEntry pending));
                Assert.Equal(id, pending.Id);
            }
            Assert.False(group.TryNextByTime(ref position, out _));
            foreach (string name in consumers) CheckOwned(group, expected, name);
        }

        private static void CheckOwned(
            in StreamGroup group, Dictionary<StreamId, Expected> expected, string name)
        {
            Assert.True(group.TryFindConsumer(TestTable.Bytes(name), out StreamConsumer consumer));
            List<StreamId> owned = [];
            PendingReader reader = new(group, consumer, StreamId.Zero, StreamId.Max);
            while (reader.MoveNext()) owned.Add(reader.Current.Id);
            Assert.Equal(consumer.PendingCount, owned.Count);
            Assert.Equal(
                expected.Where(pair => pair.Value.Owner == name).Select(static pair => pair.Key).Order(), owned);
        }

        private void ChangeGroup(string name)
        {
            bool isThere = _groups.ContainsKey(name);
            Assert.Equal(isThere, !_subject.Groups.TryCreate(TestTable.Bytes(name), out _));
            if (isThere)
            {
                Assert.True(_subject.Groups.TryRemove(TestTable.Bytes(name)));
                _groups.Remove(name);
                _consumers.Remove(name);
                return;
            }
            _groups[name] = [];
            _consumers[name] = [];
        }

        private void ChangeConsumer(string name, in StreamGroup group)
        {
            string consumer = $"c{_random.Next(8)}";
            if (_consumers[name].Add(consumer))
            {
                Assert.True(group.GetOrCreateConsumer(TestTable.Bytes(consumer), 1, out _));
                return;
            }
            _consumers[name].Remove(consumer);
            List<StreamId> owned =
                [.. _groups[name].Where(pair => pair.Value.Owner == consumer).Select(static pair => pair.Key)];
            Assert.Equal(owned.Count, group.RemoveConsumer(TestTable.Bytes(consumer)));
            foreach (StreamId id in owned) _groups[name].Remove(id);
        }

        private void Assign(string name, in StreamGroup group)
        {
            string consumer = $"c{_random.Next(8)}";
            group.GetOrCreateConsumer(TestTable.Bytes(consumer), 1, out StreamConsumer found);
            _consumers[name].Add(consumer);
            Expected entry = new(consumer, _random.Next(100, 200), _random.Next(10), _turn++);
            StreamId id = Id();
            group.Assign(id, found, entry.Millis, entry.Count);
            _groups[name][id] = entry;
        }

        private void Release(string name, in StreamGroup group)
        {
            StreamId id = Id();
            group.Release(id, 7);
            _groups[name][id] = new Expected(null, 0, 7, _turn++);
        }

        private void Acknowledge(string name, in StreamGroup group)
        {
            StreamId id = Id();
            Assert.Equal(_groups[name].Remove(id), group.Acknowledge(id));
        }

        private StreamId Id() => new((ulong)_random.Next(1, 4), (ulong)_random.Next(_ids));
    }

    private sealed record Expected(string? Owner, long Millis, long Count, long Turn);
}
