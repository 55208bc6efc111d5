using System.Text;
using FastShard.Memory;
using Xunit;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.UnitTests.Memory.Streams;

/// <summary>A stream at a key of a table of its own.</summary>
internal sealed class StreamSubject : IDisposable
{
    private const string Name = "stream";

    private readonly HeapMode _mode;

    internal StreamSubject(HeapMode mode)
    {
        _mode = mode;
        Test = new TestTable(mode);
        Make(Name);
    }

    internal TestTable Test { get; }

    internal StreamLimits Limits { get; set; } = new(4096, 100);

    internal StructureHandle Handle => HandleOf(Name);

    internal StreamEntries Entries => new(Handle);

    internal StreamGroups Groups => new(Handle);

    internal void Make(string name)
    {
        Entry entry = Test.Insert(
            name, ValueType.Stream, ValueEncoding.Stream, new byte[StreamEntries.RootBytes]);
        Test.Table.Structure(entry).Clear(StreamEntries.RootBytes);
    }

    internal StructureHandle HandleOf(string name) => Test.Table.Structure(Test.Find(name));

    internal void Append(StreamId id, params string[] pairs)
    {
        TextFields fields = new(pairs);
        Entries.Append(id, fields, fields.TextBytes, Limits);
    }

    /// <summary>All entries as text, one a line.</summary>
    internal static List<string> Read(
        in StructureHandle stream, StreamId first, StreamId last, bool isBackwards = false)
    {
        List<string> lines = [];
        StreamEntryReader reader = new(stream, first, last, isBackwards);
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        while (reader.MoveNext())
        {
            StringBuilder line = new($"{reader.Id.Millis}-{reader.Id.Sequence}");
            int pairs = 0;
            for (; reader.TryNextPair(out PackElement field, out PackElement value); pairs++)
            {
                line.Append(' ').Append(Encoding.Latin1.GetString(field.Bytes(scratch)));
                line.Append('=').Append(Encoding.Latin1.GetString(value.Bytes(scratch)));
            }
            Assert.Equal(reader.FieldCount, pairs);
            lines.Add(line.ToString());
        }
        return lines;
    }

    /// <summary>The invariants of the stream, and that the slot's books are the heap's.</summary>
    internal void Verify(string name = Name)
    {
        new StreamEntries(HandleOf(name)).Verify();
        // Guarded blocks are rounded otherwise than the books say.
        if (Test.Heap.DyingElements > 0 || _mode == HeapMode.Guarded) return;
        long slots = 0;
        for (int slot = Test.Table.NextSlot(0); slot >= 0; slot = Test.Table.NextSlot(slot + 1))
            slots += Test.Table.SlotBytes(slot) + SlotHeader.Bytes;
        Assert.Equal(Test.Heap.UsedBytes - SlotArray.FixedBytes, slots);
    }

    public void Dispose()
    {
        Test.Table.Clear();
        while (Test.Heap.ReclaimStructures(100))
        {
        }
        Test.Dispose();
    }
}
