using FastShard.CommandTests.Harness;
using FastShard.Engine.Expiry;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using Xunit;

namespace FastShard.CommandTests.Keys;

/// <summary>
/// Removing a key never takes longer than removing a small one, however it is removed: the command frees a bounded
/// number of blocks, and so does every turn after it until nothing is left.
/// </summary>
public sealed class BoundedRemovalTests
{
    private const int Elements = 40_000;
    private const int PerCommand = 1_000;

    // A turn of a shard frees so many entries, and four times as many elements of large values. Each has a block, and
    // some more stand for blocks of their index.
    private const int TurnEntries = 512;
    private const int TurnBlocks = 2 * 4 * TurnEntries;

    // One step of active expiry ends where it has removed so many keys or elements, and goes by some keys at a time.
    private const int ExpiryBlocks = 5000 + (32 * 550);

    private static readonly (string Name, Func<int, string> Element, string Command)[] Types =
    [
        ("set", static at => $"member:{at}", "SADD k"),
        ("hash", static at => $"field:{at} value:{at}", "HSET k"),
        ("sorted set", static at => $"{at % 977} member:{at}", "ZADD k"),
        ("list of large elements", static at => new string('x', 9000) + at, "RPUSH k"),
        ("list", static at => $"element:{at}", "RPUSH k"),
    ];

    private static readonly (string Name, string[] Before, string Command)[] Ways =
    [
        ("DEL", [], "DEL k"),
        ("UNLINK", [], "UNLINK k"),
        ("FLUSHALL", [], "FLUSHALL"),
        ("expiry", ["PEXPIRE k 10"], "EXISTS k"),
        ("SET", [], "SET k v"),
        ("RENAME", ["SET other{k} v"], "RENAME other{k} k"),
        ("COPY", ["SET other{k} v"], "COPY other{k} k REPLACE"),
        ("SINTERSTORE", [], "SINTERSTORE k none{k}"),
        ("SORT STORE", [], "SORT none{k} STORE k"),
    ];

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach ((string type, _, _) in Types)
        {
            foreach ((string way, _, _) in Ways) cases.Add(type, way);
        }
        foreach ((string way, _, _) in Ways) cases.Add("stream", way);
        foreach ((string way, _, _) in Ways) cases.Add("stream with a group", way);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_large_value_goes_in_bounded_steps(string type, string way)
    {
        // Blocks are counted; each at a page of its own would be more of them than a process may have.
        using CommandHarness harness = new(shards: 1, heap: HeapMode.Counting);
        Fill(harness, type);
        (_, string[] before, string command) = Ways.Single(known => known.Name == way);
        foreach (string line in before) harness.Run(line);
        harness.AdvanceMillis(10);
        Keyspace keyspace = harness.Dataset[0];
        int blocks = harness.LiveBlocks();
        harness.Run(command);
        CheckStep();
        while (keyspace.ReclaimSome(TurnEntries)) CheckStep();
        CheckStep();
        Assert.InRange(blocks, 0, 10);

        void CheckStep()
        {
            int left = harness.LiveBlocks();
            Assert.InRange(blocks - left, int.MinValue, TurnBlocks);
            blocks = left;
        }
    }

    [Theory]
    [InlineData(400, 500)]
    [InlineData(900, 60)]
    [InlineData(20, 20_000)]
    public void Many_values_of_a_flushed_database_go_in_bounded_steps(int keys, int elements)
    {
        using CommandHarness harness = new(shards: 1, heap: HeapMode.Counting);
        FillMany(harness, keys, elements);
        int blocks = harness.LiveBlocks();
        harness.Run("FLUSHALL");
        bool hasMore = true;
        for (int left; hasMore; blocks = left)
        {
            hasMore = harness.Dataset[0].ReclaimSome(TurnEntries);
            left = harness.LiveBlocks();
            Assert.InRange(blocks - left, int.MinValue, 3 * TurnBlocks);
        }
        Assert.InRange(blocks, 0, 10);
    }

    [Theory]
    [InlineData(400, 500)]
    [InlineData(900, 60)]
    [InlineData(20, 20_000)]
    public void Many_values_that_expire_go_in_bounded_steps(int keys, int elements)
    {
        using CommandHarness harness = new(shards: 1, heap: HeapMode.Counting);
        FillMany(harness, keys, elements);
        for (int key = 0; key < keys; key++) harness.Run($"PEXPIRE {{k}}{key} 10");
        harness.AdvanceMillis(20);
        Keyspace keyspace = harness.Dataset[0];
        keyspace.NowMillis = harness.NowMillis;
        int blocks = harness.LiveBlocks();
        for (int step = 0; keyspace.Counters.Expired < keys; step++)
        {
            ActiveExpiry.Run(keyspace, effort: 1);
            int left = harness.LiveBlocks();
            Assert.InRange(blocks - left, int.MinValue, ExpiryBlocks);
            blocks = left;
            Assert.InRange(step, 0, 10_000);
        }
    }

    // All in one slot, so that they are found one after the other.
    private static void FillMany(CommandHarness harness, int keys, int elements)
    {
        for (int key = 0; key < keys; key++)
        {
            for (int at = 0; at < elements; at += PerCommand)
            {
                int count = Math.Min(elements - at, PerCommand);
                string members = string.Join(' ', Enumerable.Range(at, count).Select(Types[0].Element));
                harness.Run($"SADD {{k}}{key} {members}");
            }
            if (elements < 129) harness.Run($"SADD {{k}}{key} {new string('x', 65)}");
        }
    }

    private static void Fill(CommandHarness harness, string type)
    {
        if (type.StartsWith("stream", StringComparison.Ordinal))
        {
            for (int at = 1; at <= Elements / 10; at++) harness.Run($"XADD k {at}-1 field value:{at}");
            if (type == "stream") return;
            harness.Run("XGROUP CREATE k g 0");
            harness.Run("XREADGROUP GROUP g me STREAMS k >");
            return;
        }
        (_, Func<int, string> element, string command) = Types.Single(known => known.Name == type);
        int count = type.Contains("large", StringComparison.Ordinal) ? Elements / 10 : Elements;
        int each = type.Contains("large", StringComparison.Ordinal) ? 5 : PerCommand;
        for (int at = 0; at < count; at += each)
            harness.Run($"{command} {string.Join(' ', Enumerable.Range(at, each).Select(element))}");
    }
}
