using System.Text;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Journals;
using Xunit;

namespace FastShard.UnitTests.Persistence.Journals;

public sealed class AofLoaderTests : IDisposable
{
    private static readonly CommandTable Table = new([.. EngineFamilies.All]);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void A_file_cut_off_anywhere_gives_what_was_whole()
    {
        string[] parts =
        [
            Request("SELECT", "0"), Request("SET", "a", "1"), "#TS:1700000000\r\n", Request("INCR", "a"),
            Request("MULTI") + Request("SET", "b", "1") + Request("SET", "c", "1") + Request("EXEC"),
            Request("DEL", "a"),
        ];
        string whole = string.Concat(parts);
        for (int length = 0; length <= whole.Length; length++)
        {
            AofLoadResult result = Load(whole[..length], out string keys);
            int valid = 0;
            int count = 0;
            while (count < parts.Length && valid + parts[count].Length <= length) valid += parts[count++].Length;
            Assert.Equal(valid, result.ValidBytes);
            Assert.Equal(length == valid ? AofLoadStatus.Complete : AofLoadStatus.Torn, result.Status);
            Assert.Equal(count switch { < 2 => "", < 5 => "a", 5 => "abc", _ => "bc" }, keys);
        }
    }

    [Theory]
    [InlineData("*1\r\n$4\r\nPONG\r\n", "Unknown command 'PONG'")]
    [InlineData("SET a 1\r\n", "Bad file format")]
    [InlineData("*2\r\n$3\r\nGET\r\n:1\r\n", "Bad file format")]
    [InlineData("*1\r\n$4\r\nEXEC\r\n", "EXEC without MULTI")]
    [InlineData("*-1\r\n", "Bad file format")]
    public void What_is_no_journal_is_refused_with_its_place(string text, string expected)
    {
        string start = Request("SET", "a", "1");
        AofLoadResult result = Load(start + text, out _);
        Assert.Equal(AofLoadStatus.Failed, result.Status);
        Assert.Equal($"{_path}: {expected} reading the append only file, at offset {start.Length}", result.Error);
        Assert.Equal(start.Length, result.ValidBytes);
    }

    [Fact]
    public void Values_larger_than_what_is_read_at_once_are_whole()
    {
        string value = new('x', 5_000_000);
        AofLoadResult result = Load(
            Request("SET", "a", value) + Request("APPEND", "a", value) + Request("SET", "b", "1"), out string keys);
        Assert.Equal(AofLoadStatus.Complete, result.Status);
        Assert.Equal("ab", keys);
    }

    [Fact]
    public void A_deadline_that_has_passed_is_no_reason_to_do_less()
    {
        // The key lived when the second command ran, and is gone only by the third.
        string text = Request("SET", "a", "1", "PXAT", "1") + Request("RENAME", "a", "b") + Request("PERSIST", "b");
        Assert.Equal(AofLoadStatus.Complete, Load(text, out string keys).Status);
        Assert.Equal("b", keys);
    }

    [Fact]
    public void What_begins_with_a_snapshot_goes_on_behind_it()
    {
        File.WriteAllText(_path, "REDIS0010snapshot" + Request("SET", "a", "1"));
        using Target data = new();
        using AofLoader loader = new(Table, data.Value, 1_700_000_000_000, static (string path, out long end) =>
        {
            end = "REDIS0010snapshot".Length;
            return null;
        });
        Assert.Equal(AofLoadStatus.Complete, loader.Load(_path).Status);
        Assert.Equal("a", data.Keys());
    }

    private static string Request(params string[] words) =>
        $"*{words.Length}\r\n" + string.Concat(words.Select(static word => $"${word.Length}\r\n{word}\r\n"));

    private AofLoadResult Load(string text, out string keys)
    {
        File.WriteAllText(_path, text, Encoding.Latin1);
        using Target data = new();
        AofLoadResult result;
        using (AofLoader loader = new(Table, data.Value, 1_700_000_000_000, null)) result = loader.Load(_path);
        keys = data.Keys();
        return result;
    }

    private sealed class Target : IDisposable
    {
        public Dataset Value { get; } = new(2, 16);

        public string Keys()
        {
            List<string> keys = [];
            Span<Entry> entries = new Entry[64];
            foreach (Keyspace keyspace in Value.Keyspaces)
            {
                KeyTable table = keyspace[0].Table;
                for (int slot = table.NextSlot(0); slot >= 0; slot = table.NextSlot(slot + 1))
                {
                    uint position = 0;
                    do
                    {
                        int count = table.Scan(slot, ref position, entries);
                        foreach (Entry entry in entries[..count]) keys.Add(Encoding.Latin1.GetString(entry.Key));
                    }
                    while (position != 0);
                    if (slot + 1 == KeySlot.Count) break;
                }
            }
            keys.Sort(StringComparer.Ordinal);
            return string.Concat(keys);
        }

        public void Dispose()
        {
            foreach (Keyspace keyspace in Value.Keyspaces) keyspace.Dispose();
        }
    }
}
