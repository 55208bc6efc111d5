using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory.Streams;

/// <summary>What a stream knows of idempotent producers: for so long, and so many ids of each.</summary>
public sealed class ProducerTests
{
    [Fact]
    public void Ids_are_known_for_their_time()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        Record(subject, "p", "one", 1, now: 1000);
        Assert.Equal(1UL, Find(subject, "p", "one", now: 1000 + 9_999));
        Assert.Equal(0UL, Find(subject, "p", "one", now: 1000 + 10_000));
        Assert.Equal(0UL, Find(subject, "q", "one", now: 1000));
        Assert.Equal((1L, 1L), Count(subject, 1000));
        Assert.Equal((0L, 0L), Count(subject, 11_000));
    }

    [Fact]
    public void The_oldest_ids_make_room()
    {
        using StreamSubject subject = new(HeapMode.Guarded);
        for (int index = 1; index <= 50; index++) Record(subject, "p", $"id-{index}", (ulong)index, now: index);
        for (int index = 1; index <= 50; index++)
            Assert.Equal(index > 45 ? (ulong)index : 0, Find(subject, "p", $"id-{index}", now: 60));
        Assert.Equal((1L, 5L), Count(subject, 60));
        Assert.Equal(50, new StreamProducers(subject.Handle).Added);
    }

    [Fact]
    public void What_is_over_is_freed_as_others_record()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        for (int index = 0; index < 100; index++) Record(subject, $"p{index}", "one", 1, now: 1000);
        long before = subject.Handle.HeldBytes;
        for (int index = 0; index < 200; index++) Record(subject, "other", $"{index}", 2, now: 20_000);
        Assert.Equal((1L, 5L), Count(subject, 20_000));
        Assert.InRange(subject.Handle.HeldBytes, 1, before / 5);
    }

    [Fact]
    public void A_change_of_settings_forgets_and_the_same_does_not()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        Record(subject, "p", "one", 1, now: 1000);
        new StreamProducers(subject.Handle).Configure(10, 5);
        Assert.Equal(1UL, Find(subject, "p", "one", now: 1000));
        new StreamProducers(subject.Handle).Configure(10, 6);
        Assert.Equal(0UL, Find(subject, "p", "one", now: 1000));
    }

    [Fact]
    public void They_are_copied_and_freed_with_their_stream()
    {
        using StreamSubject subject = new(HeapMode.Counting);
        for (int index = 0; index < 20; index++) Record(subject, $"p{index % 3}", $"{index}", (ulong)index + 1, index);
        using StreamSubject other = new(HeapMode.Counting);
        other.Test.Table.CopyStructure(
            subject.Test.Table, subject.Test.Find("stream"), other.Test.Find("stream"));
        Assert.Equal(Count(subject, 20), Count(other, 20));
        for (int index = 0; index < 20; index++)
            Assert.Equal(Find(subject, $"p{index % 3}", $"{index}", 20), Find(other, $"p{index % 3}", $"{index}", 20));
        other.Verify();
    }

    private static void Record(StreamSubject subject, string producer, string id, ulong entry, long now) =>
        new StreamProducers(subject.Handle).Record(
            TestTable.Bytes(producer), TestTable.Bytes(id), new StreamId(entry, 0), now, 10, 5);

    private static ulong Find(StreamSubject subject, string producer, string id, long now) =>
        new StreamProducers(subject.Handle).TryFind(
            TestTable.Bytes(producer), TestTable.Bytes(id), now, out StreamId entry) ? entry.Millis : 0;

    private static (long Producers, long Ids) Count(StreamSubject subject, long now)
    {
        new StreamProducers(subject.Handle).Count(now, out long producers, out long ids);
        return (producers, ids);
    }
}
