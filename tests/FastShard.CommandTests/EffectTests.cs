using System.Text;
using FastShard.CommandTests.Harness;
using FastShard.Persistence.Journals;
using FastShard.Protocol;
using Xunit;

namespace FastShard.CommandTests;

/// <summary>
/// What is journalled gives the same data again: of every line of every transcript, so that no row is left out, and of
/// commands that the transcripts cannot show.
/// </summary>
public sealed class EffectTests
{
    public static TheoryData<string> Files() => [.. Transcript.All()];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_transcript_can_be_replayed(string path)
    {
        using CommandHarness harness = new(shards: 2);
        harness.StartJournal();
        List<(string Data, int Length, long Now)> states = [];
        Transcript.Play(harness, path, RespVersion.Resp2, () =>
            states.Add((DataText.Of(harness), harness.Journal().Length, harness.NowMillis)));
        byte[] journal = harness.Journal();
        if (states.Count == 0) return;

        // The whole at once, and what holds half way, where commands still count on keys that are gone in the end.
        foreach (int index in (int[])[states.Count - 1, states.Count / 2])
        {
            using CommandHarness second = new(shards: 3);
            second.AdvanceMillis(states[index].Now - second.NowMillis);
            Assert.Null(second.Replay(journal[..states[index].Length]));
            AssertSame(states[index].Data, DataText.Of(second), journal[..states[index].Length]);
        }
    }

    [Theory]
    [InlineData("SET k v", "SET k v EX 100 GET", "SET k v PXAT 1700000100000")]
    [InlineData("SET k v", "SET k w XX KEEPTTL", "SET k w")]
    [InlineData("SET k v", "SET k w NX", "")]
    [InlineData("SET k v", "SET k w EXAT 1", "DEL k")]
    [InlineData("SET k v", "GETEX k PX 5", "PEXPIREAT k 1700000000005")]
    [InlineData("SET k v", "GETEX k PERSIST", "")]
    [InlineData("SET k v", "GETDEL k", "DEL k")]
    [InlineData("SET k 1", "INCRBYFLOAT k 0.5", "SET k 1.5 KEEPTTL")]
    [InlineData("SET k 1", "INCR k", "INCR k")]
    [InlineData("SET k v", "EXPIRE k 10", "PEXPIREAT k 1700000010000")]
    [InlineData("SET k v", "EXPIRE k -1", "DEL k")]
    [InlineData("SET k v", "EXPIRE k 10 XX", "")]
    [InlineData("SADD k a", "SPOP k", "SREM k a")]
    [InlineData("SADD k a", "SPOP k 5", "DEL k")]
    [InlineData("SADD k a", "SADD k a", "")]
    [InlineData("RPUSH k a b", "BLPOP x k 0", "LPOP k")]
    [InlineData("RPUSH k a b", "LMPOP 2 x k RIGHT COUNT 5", "RPOP k 2")]
    [InlineData("RPUSH k a b", "BLMOVE k d LEFT RIGHT 0", "LMOVE k d LEFT RIGHT")]
    [InlineData("RPUSH k a b", "BRPOPLPUSH k d 0", "RPOPLPUSH k d")]
    [InlineData("RPUSH k a b", "LMOVEM k d LEFT RIGHT COUNT 2 BULK", "MULTI|RPUSH d a b|LPOP k 2|EXEC")]
    [InlineData("ZADD k 1 a 2 b", "BZMPOP 0 1 k MIN COUNT 5", "ZPOPMIN k 2")]
    [InlineData("HSET k f 1", "HINCRBYFLOAT k f 0.5", "HSET k f 1.5")]
    [InlineData("HSET k f 1", "HPEXPIRE k 50 FIELDS 2 f g", "HPEXPIREAT k 1700000000050 FIELDS 1 f")]
    [InlineData("HSET k f 1", "HGETDEL k FIELDS 2 f g", "HDEL k f")]
    [InlineData("XADD k 1-1 f v", "XADD k MAXLEN ~ 1 2-1 f v", "XADD k 2-1 f v")]
    [InlineData("XADD k 1-1 f v", "XADD k MAXLEN 1 2-1 f v", "XADD k MAXLEN = 1 2-1 f v")]
    [InlineData("XADD k 1-1 f v", "XADD k * f v", "XADD k 1700000000000-0 f v")]
    [InlineData("SET k v", "MSETEX 2 a 1 b 2 PX 7",
        "MULTI|SET a 1 PXAT 1700000000007|SET b 2 PXAT 1700000000007|EXEC")]
    [InlineData("HSET k f 1", "HSETEX missing PX 0 FIELDS 1 f v", "")]
    [InlineData("XGROUP CREATE k g 0 MKSTREAM", "XREADGROUP GROUP g me STREAMS k 0", "XGROUP CREATECONSUMER k g me")]
    [InlineData("SET k v", "GET k", "")]
    [InlineData("SET k v", "FLUSHALL", "FLUSHALL")]
    [InlineData("RPUSH k b a", "SORT k ALPHA STORE d", "RPUSH d a b")]
    public void It_is_journalled_as(string before, string command, string expected)
    {
        using CommandHarness harness = new();
        harness.Run(before);
        harness.StartJournal();
        harness.Run(command);
        Assert.Equal(expected, Commands(harness.Journal()));
    }

    [Fact]
    public void A_key_that_expired_is_removed_before_what_is_done_to_it_then()
    {
        using CommandHarness harness = new();
        harness.StartJournal();
        harness.Run("SET k v PX 10");
        harness.AdvanceMillis(20);
        harness.Run("APPEND k w");
        harness.AdvanceMillis(20);
        Assert.Equal("SET k v PXAT 1700000000010|MULTI|DEL k|APPEND k w|EXEC", Commands(harness.Journal()));
    }

    [Fact]
    public void What_a_reader_finds_expired_is_removed()
    {
        using CommandHarness harness = new();
        harness.Run("SET k v PX 10");
        harness.StartJournal();
        harness.AdvanceMillis(20);
        harness.Run("GET k");
        Assert.Equal("DEL k", Commands(harness.Journal()));
    }

    [Fact]
    public void The_database_is_chosen_where_it_changes()
    {
        using CommandHarness harness = new();
        harness.StartJournal();
        harness.Run("SET k v");
        harness.Run("SELECT 3");
        harness.Run("SET k v");
        harness.Run("SET k w");
        Assert.Equal("SELECT 0|SET k v|SELECT 3|SET k v|SET k w", Commands(harness.Journal(), showsSelect: true));
    }

    [Fact]
    public void Requests_that_stand_for_themselves_stand_together_and_others_between_them()
    {
        using CommandHarness harness = new();
        harness.StartJournal();
        foreach (string line in (string[])
            ["SET k v", "INCR n", "EXPIRE k 10", "SET k w", "GET k", "INCR n", "SELECT 2", "INCR n", "MSET a 1 b 2"])
        {
            harness.Run(line);
        }
        harness.Run("SET soon gone PX 10");
        harness.AdvanceMillis(20);
        harness.Run("APPEND soon x");
        harness.Run("INCR n");
        Assert.Equal(
            "SELECT 0|SET k v|INCR n|PEXPIREAT k 1700000010000|SET k w|INCR n|SELECT 2|INCR n|MSET a 1 b 2"
            + "|SET soon gone PXAT 1700000000010|MULTI|DEL soon|APPEND soon x|EXEC|INCR n",
            Commands(harness.Journal(), showsSelect: true));
    }

    [Fact]
    public void A_hundred_random_removals_are_the_same_again()
    {
        using CommandHarness harness = new();
        harness.StartJournal();
        for (int member = 0; member < 2000; member++) harness.Run($"SADD s member:{member}");
        for (int round = 0; round < 100; round++) harness.Run($"SPOP s {round % 9}");
        using CommandHarness second = new(shards: 1);
        Assert.Null(second.Replay(harness.Journal()));
        Assert.Equal(DataText.Of(harness), DataText.Of(second));
    }

    private static void AssertSame(string expected, string actual, byte[] journal)
    {
        if (expected == actual) return;
        string commands = Commands(journal, showsSelect: true).Replace('|', '\n');
        Assert.Fail($"expected:\n{expected}\nactual:\n{actual}\njournal:\n{commands}");
    }

    private static string Commands(byte[] journal, bool showsSelect = false)
    {
        List<string> commands = [];
        ArgList arguments = new();
        for (int at = 0; at < journal.Length; arguments.Clear())
        {
            JournalScanner.Scan(journal, ref at, arguments);
            string[] words = new string[arguments.Count];
            for (int index = 0; index < words.Length; index++)
                words[index] = Encoding.Latin1.GetString(arguments.Bytes(journal, index));
            if (showsSelect || words[0] != "SELECT") commands.Add(string.Join(' ', words));
        }
        return string.Join('|', commands);
    }
}
