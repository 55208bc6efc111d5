using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory.Streams;

/// <summary>Random operations on a stream and on a sorted list: both must agree, and no byte may leak.</summary>
public sealed class StreamModelTests
{
    [Theory]
    [InlineData(HeapMode.Counting, 1, 6_000, 4096, 100)]
    [InlineData(HeapMode.Counting, 2, 6_000, 200, 5)]
    [InlineData(HeapMode.Counting, 3, 6_000, 0, 1)]
    [InlineData(HeapMode.Counting, 4, 3_000, 0, 0)]
    [InlineData(HeapMode.Guarded, 5, 1_500, 300, 10)]
    [InlineData(HeapMode.Guarded, 6, 1_500, 4096, 100)]
    public void Entries_agree_with_a_sorted_list(HeapMode mode, int seed, int operations, int maxBytes, int maxEntries)
    {
        using Model model = new(mode, seed, new StreamLimits(maxBytes, maxEntries));
        for (int operation = 0; operation < operations; operation++)
        {
            model.Step(growing: operation % 2000 < 1200);
            if (operation % 50 == 0) model.Check();
        }
        model.Check();
        model.CheckCopies();
    }

    [Fact]
    public void A_node_that_is_full_takes_no_more_room_than_it_needs()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        for (ulong index = 1; index <= 100_000; index++) subject.Append(new StreamId(index, 0), "field", "12345678");
        subject.Verify();
        Assert.InRange(subject.Handle.HeldBytes / 100_000.0, 10, 18);
        Assert.Equal(1000, subject.Entries.NodeCount);
    }

    [Fact]
    public void A_long_stream_is_freed_bit_by_bit()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        for (ulong index = 1; index <= 50_000; index++) subject.Append(new StreamId(index, 0), "a", "b");
        subject.Test.Remove("stream");
        int rounds = 0;
        while (subject.Test.Heap.ReclaimStructures(200)) rounds++;
        Assert.InRange(rounds, 5, 1000);
        Assert.Equal(0, subject.Test.Heap.DyingElements);
    }

    private sealed class Model : IDisposable
    {
        private readonly StreamSubject _subject;
        private readonly Random _random;
        private readonly SortedList<StreamId, string> _expected = [];
        private StreamId _last;
        private StreamId _maxDeleted;
        private long _added;

        internal Model(HeapMode mode, int seed, StreamLimits limits)
        {
            _subject = new StreamSubject(mode) { Limits = limits };
            _random = new Random(seed);
        }

        internal void Step(bool growing)
        {
            int choice = _random.Next(100);
            if (choice < (growing ? 85 : 30)) Append();
            else if (choice < 98) Delete();
            else Trim();
        }

        internal void Check()
        {
            _subject.Verify();
            StreamEntries entries = _subject.Entries;
            Assert.Equal(_expected.Count, entries.Length);
            Assert.Equal((_last, _maxDeleted, _added), (entries.LastId, entries.MaxDeletedId, entries.EntriesAdded));
            Assert.Equal(_expected.Count == 0 ? StreamId.Zero : _expected.Keys[0], entries.FirstId);
            Assert.Equal(_expected.Count == 0 ? StreamId.Zero : _expected.Keys[^1], entries.LastLiveId);
            CheckRange(StreamId.Zero, StreamId.Max);
            StreamId first = Near();
            CheckRange(first, Near());
            CheckRange(first, StreamId.Max);
            CheckRange(StreamId.Zero, first);
        }

        internal void CheckCopies()
        {
            _subject.Make("copy");
            _subject.Test.Table.CopyStructure(
                _subject.Test.Table, _subject.Test.Find("stream"), _subject.Test.Find("copy"));
            _subject.Verify("copy");
            using StreamSubject other = new(HeapMode.Counting);
            other.Test.Table.TakeStructure(
                _subject.Test.Table, _subject.Test.Find("stream"), other.Test.Find("stream"));
            other.Verify();
            foreach (bool isBackwards in (ReadOnlySpan<bool>)[false, true])
            {
                List<string> expected =
                    StreamSubject.Read(_subject.Handle, StreamId.Zero, StreamId.Max, isBackwards);
                Assert.Equal(expected, StreamSubject.Read(
                    _subject.HandleOf("copy"), StreamId.Zero, StreamId.Max, isBackwards));
                Assert.Equal(expected, StreamSubject.Read(other.Handle, StreamId.Zero, StreamId.Max, isBackwards));
            }
        }

        public void Dispose() => _subject.Dispose();

        private void Append()
        {
            _last = _random.Next(4) == 0
                ? new StreamId(_last.Millis + (ulong)_random.Next(1, 100_000), (ulong)_random.Next(3))
                : new StreamId(_last.Millis, _last.Sequence + 1);
            string[] pairs = Pairs();
            _subject.Append(_last, pairs);
            _added++;
            _expected.Add(_last, Line(_last, pairs));
        }

        private string[] Pairs()
        {
            string[] names = _random.Next(3) == 0 ? ["a", "12", "name"] : ["sensor"];
            string[] pairs = new string[2 * names.Length];
            for (int index = 0; index < names.Length; index++)
            {
                pairs[2 * index] = names[index];
                pairs[(2 * index) + 1] = _random.Next(10) switch
                {
                    0 => "",
                    1 => new string('x', _random.Next(200)),
                    2 => new string('y', _random.Next(5000)),
                    _ => _random.Next().ToString(),
                };
            }
            return pairs;
        }

        private void Delete()
        {
            StreamId id = Near();
            Assert.Equal(_expected.ContainsKey(id), _subject.Entries.Contains(id));
            bool isDeleted = _subject.Entries.TryDelete(id);
            Assert.Equal(_expected.Remove(id), isDeleted);
            if (isDeleted && id > _maxDeleted) _maxDeleted = id;
        }

        private void Trim()
        {
            bool isByLength = _random.Next(2) == 0;
            bool isApproximate = _random.Next(2) == 0;
            int left = Math.Max(0, _expected.Count - _random.Next(200));
            StreamId min = left < _expected.Count ? _expected.Keys[_expected.Count - left - 1] : _last;
            long removed = _subject.Entries.Trim(new StreamTrim
            {
                IsByLength = isByLength,
                MaxLength = left,
                MinId = min,
                IsApproximate = isApproximate,
            });
            int due = isByLength ? _expected.Count - left : _expected.Keys.Count(id => id < min);
            Assert.InRange(removed, isApproximate ? 0 : due, due);
            for (; removed > 0; removed--) _expected.RemoveAt(0);
        }

        private StreamId Near()
        {
            if (_expected.Count == 0) return _last;
            StreamId id = _expected.Keys[_random.Next(_expected.Count)];
            return _random.Next(4) switch
            {
                0 => new StreamId(id.Millis, id.Sequence + 1),
                1 => new StreamId(id.Millis + 1, 0),
                _ => id,
            };
        }

        private void CheckRange(StreamId first, StreamId last)
        {
            List<string> expected =
                [.. _expected.Where(pair => pair.Key >= first && pair.Key <= last).Select(static pair => pair.Value)];
            Assert.Equal(expected, StreamSubject.Read(_subject.Handle, first, last));
            expected.Reverse();
            Assert.Equal(expected, StreamSubject.Read(_subject.Handle, first, last, isBackwards: true));
        }

        private static string Line(StreamId id, string[] pairs)
        {
            List<string> words = [$"{id.Millis}-{id.Sequence}"];
            for (int index = 0; index < pairs.Length; index += 2) words.Add($"{pairs[index]}={pairs[index + 1]}");
            return string.Join(' ', words);
        }
    }
}
