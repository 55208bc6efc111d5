using System.Text;
using System.Text.RegularExpressions;
using FastShard.Engine.Keys;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.CommandTests.Harness;

/// <summary>
/// All live data as lines: database, key, deadline, signature of the value; for hashes the deadlines of fields, for
/// streams what their groups know. Two data sets are the same when their lines are.
/// </summary>
internal static partial class DataText
{
    /// <summary>The lines, sorted.</summary>
    public static string Of(CommandHarness harness)
    {
        List<string> lines = [];
        foreach (Keyspace keyspace in harness.Dataset.Keyspaces)
        {
            keyspace.NowMillis = harness.NowMillis;
            for (int database = 0; database < keyspace.DatabaseCount; database++)
            {
                if (keyspace.Existing(database) is { } home) Add(harness, home, lines);
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static void Add(CommandHarness harness, Database home, List<string> lines)
    {
        KeyTable table = home.Table;
        Span<Entry> entries = new Entry[64];
        for (int slot = table.NextSlot(0); slot >= 0; slot = slot + 1 < KeySlot.Count ? table.NextSlot(slot + 1) : -1)
        {
            uint position = 0;
            do
            {
                int count = table.Scan(slot, ref position, entries);
                foreach (Entry entry in entries[..count])
                {
                    if (!home.IsExpired(entry)) lines.Add(Describe(harness, home, entry));
                }
            }
            while (position != 0);
        }
    }

    private static string Describe(CommandHarness harness, Database home, in Entry entry)
    {
        string key = Encoding.Latin1.GetString(entry.Key);
        Span<byte> digest = stackalloc byte[EntryDigest.Bytes];
        digest.Clear();
        EntryDigest.Add(home, entry, digest);
        string more = entry.Type switch
        {
            ValueType.Hash => Deadlines(harness, home.Index, key),
            ValueType.Stream => WithoutTimes(harness.Ask(home.Index, $"XINFO STREAM {Quote(key)} FULL COUNT 0")),
            _ => "",
        };
        return $"{home.Index} {key} {entry.Type} {entry.ExpiryMillis} {Convert.ToHexStringLower(digest)} {more}";
    }

    private static string Deadlines(CommandHarness harness, int database, string key)
    {
        List<string> lines = [];
        foreach (Match field in QuotedText().Matches(harness.Ask(database, $"HKEYS {Quote(key)}")))
        {
            string deadline = harness.Ask(database, $"HPEXPIRETIME {Quote(key)} FIELDS 1 {field.Value}");
            if (deadline != "[-1]") lines.Add(field.Value + deadline);
        }
        lines.Sort(StringComparer.Ordinal);
        return string.Concat(lines);
    }

    // When a consumer was last seen is its own affair, and nodes of a tree are split as they come. A
    // producer's idempotent ids count from the replay on, so that they are known for longer.
    private static string WithoutTimes(string text) => Passing().Replace(text, "$1");

    private static string Quote(string key) =>
        '"' + string.Concat(key.Select(static letter => $"\\x{(int)letter:x2}")) + '"';

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex QuotedText();

    [GeneratedRegex(@"(""(?:seen-time|active-time|radix-tree-keys|radix-tree-nodes|iids-\w+|pids-tracked)"", )-?\d+")]
    private static partial Regex Passing();
}
