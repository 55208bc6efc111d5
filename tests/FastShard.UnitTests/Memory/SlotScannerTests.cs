using FastShard.Memory;
using Xunit;

namespace FastShard.UnitTests.Memory;

/// <summary>SCAN's promise: what stays from begin to end comes exactly once, whatever else happens.</summary>
public sealed class SlotScannerTests
{
    private static readonly int Slot = KeySlot.Of("s"u8);

    [Theory]
    [InlineData(0, 16)]
    [InlineData(1, 16)]
    [InlineData(9, 16)]
    [InlineData(300, 16)]
    [InlineData(300, 1000)]
    [InlineData(6_000, 16)]
    [InlineData(6_000, 64)]
    public void A_slot_at_rest_is_returned_once(int keys, int output)
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < keys; index++) Insert(test, index);
        Dictionary<string, int> seen = [];
        uint position = 0;
        do Scan(test, ref position, output, seen);
        while (position != 0);
        Assert.Equal(keys, seen.Count);
        Assert.All(seen.Values, times => Assert.Equal(1, times));
    }

    [Theory]
    [InlineData(10, 6_000, 16, 1)]
    [InlineData(500, 6_000, 16, 2)]
    [InlineData(500, 6_000, 100, 3)]
    [InlineData(6_000, 10, 16, 4)]
    [InlineData(6_000, 10, 100, 5)]
    [InlineData(600, 0, 16, 6)]
    public void Keys_that_stay_come_once_while_others_come_and_go(int before, int after, int output, int seed)
    {
        Random random = new(seed);
        using TestTable test = new(HeapMode.Counting);
        const int Staying = 400;
        for (int index = 0; index < Staying + before; index++) Insert(test, index);
        // Steps are spread so that the change happens while the scan is under way, and then both go back.
        int changes = Math.Max(before, after);
        Dictionary<string, int> seen = [];
        uint position = 0;
        int next = Staying + before;
        int steps = 0;
        bool growing = after > before;
        do
        {
            Scan(test, ref position, output, seen);
            for (int change = 0; change < changes / 40; change++)
            {
                if (growing) Insert(test, next++);
                else if (next > Staying) test.Remove($"{{s}}{--next}");
            }
            if (next <= Staying || next > Staying + changes) growing = !growing;
            if (random.Next(20) == 0) test.Heap.CompactStep(100_000);
            Assert.True(++steps < 10_000);
        }
        while (position != 0);
        for (int index = 0; index < Staying; index++)
            Assert.Equal(1, seen.GetValueOrDefault($"{{s}}{index}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(700)]
    public void Only_keys_with_a_deadline_where_these_are_asked_for(int every)
    {
        const int Keys = 7000;
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < Keys; index++)
            test.Insert($"{{s}}{index}", default, default, "v"u8, expiryMillis: index % every == 0 ? 5 : 0);
        HashSet<string> seen = [];
        uint position = 0;
        Entry[] output = new Entry[SlotScanner.MinOutput];
        do
        {
            int count = test.Table.Scan(Slot, ref position, output, volatileOnly: true);
            foreach (Entry entry in output.AsSpan(0, count))
            {
                Assert.True(entry.HasExpiry);
                Assert.True(seen.Add(System.Text.Encoding.Latin1.GetString(entry.Key)));
            }
        }
        while (position != 0);
        Assert.Equal(Keys / every, seen.Count);
    }

    [Fact]
    public void A_small_output_is_refused_nothing_but_time()
    {
        using TestTable test = new(HeapMode.Counting);
        for (int index = 0; index < 576; index++) Insert(test, index);
        Dictionary<string, int> seen = [];
        uint position = 0;
        int calls = 0;
        do
        {
            Scan(test, ref position, SlotScanner.MinOutput, seen);
            calls++;
        }
        while (position != 0);
        Assert.Equal(576, seen.Count);
        Assert.True(calls >= 576 / SlotScanner.MinOutput);
    }

    private static void Insert(TestTable test, int index) =>
        test.Insert($"{{s}}{index}", default, default, "v"u8, expiryMillis: index % 2);

    private static void Scan(TestTable test, ref uint position, int size, Dictionary<string, int> seen)
    {
        Entry[] output = new Entry[size];
        int count = test.Table.Scan(Slot, ref position, output);
        foreach (Entry entry in output.AsSpan(0, count))
        {
            string name = System.Text.Encoding.Latin1.GetString(entry.Key);
            seen[name] = seen.GetValueOrDefault(name) + 1;
            Assert.Equal("v"u8, entry.Value);
        }
    }
}
