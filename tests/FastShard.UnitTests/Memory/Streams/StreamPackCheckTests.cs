using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory.Streams;

/// <summary>Nodes from outside: what is taken can be walked, whatever the bytes.</summary>
public sealed class StreamPackCheckTests
{
    [Fact]
    public void Nodes_can_be_taken_to_another_stream()
    {
        using StreamSubject source = Filled();
        using StreamSubject target = new(HeapMode.Guarded);
        StreamNodeReader nodes = new(source.Handle);
        while (nodes.MoveNext()) Assert.True(target.Entries.TryAddNode(nodes.MasterId, nodes.Pack));
        StreamEntries entries = target.Entries;
        entries.FirstId = source.Entries.FirstId;
        entries.LastId = source.Entries.LastId;
        target.Verify();
        Assert.Equal(source.Entries.Length, target.Entries.Length);
        Assert.Equal(
            StreamSubject.Read(source.Handle, StreamId.Zero, StreamId.Max),
            StreamSubject.Read(target.Handle, StreamId.Zero, StreamId.Max));
        target.Append(new StreamId(1_000_000, 0), "more", "1");
        target.Verify();
    }

    [Fact]
    public void Nodes_out_of_order_are_refused()
    {
        using StreamSubject source = Filled();
        using StreamSubject target = new(HeapMode.Counting);
        StreamNodeReader nodes = new(source.Handle);
        Assert.True(nodes.MoveNext());
        Assert.True(target.Entries.TryAddNode(nodes.MasterId, nodes.Pack));
        Assert.False(target.Entries.TryAddNode(nodes.MasterId, nodes.Pack));
        Assert.False(target.Entries.TryAddNode(StreamId.Zero, nodes.Pack));
    }

    [Fact]
    public void Mutated_nodes_are_refused_or_can_be_walked()
    {
        using StreamSubject source = Filled();
        StreamNodeReader nodes = new(source.Handle);
        Assert.True(nodes.MoveNext());
        byte[] original = nodes.Pack.ToArray();
        Random random = new(11);
        int taken = 0;
        for (int round = 0; round < 4_000; round++)
        {
            byte[] pack = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
                pack[random.Next(pack.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0) pack = pack[..random.Next(pack.Length)];
            using StreamSubject target = new(HeapMode.Counting);
            if (!target.Entries.TryAddNode(nodes.MasterId, pack)) continue;
            taken++;
            int length = (int)target.Entries.Length;
            Assert.Equal(length, StreamSubject.Read(target.Handle, StreamId.Zero, StreamId.Max).Count);
            Assert.Equal(length, StreamSubject.Read(target.Handle, StreamId.Zero, StreamId.Max, true).Count);
            Assert.Equal(length, target.Entries.Trim(new StreamTrim { IsByLength = true }));
        }
        Assert.True(taken > 0);
    }

    private static StreamSubject Filled()
    {
        StreamSubject source = new(HeapMode.Counting) { Limits = new StreamLimits(0, 8) };
        for (ulong index = 1; index <= 20; index++)
            source.Append(new StreamId(index, 5), "a", $"{index}", index % 3 == 0 ? "other" : "b", new string('v', 70));
        source.Entries.TryDelete(new StreamId(2, 5));
        return source;
    }
}
