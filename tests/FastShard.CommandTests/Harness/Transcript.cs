// Transcripts are conversations with their expected replies, one file a command: Transcripts/<family>/<command>.txt.
//
//   # a comment; empty lines are skipped too
//   > SET k v             a command, split as an inline request is
//   OK                    its reply, in the form of ReplyText
//   resp3 {"a": 1}        what RESP3 replies, where that differs
//
//   @ advance 1500        moves the clock by milliseconds
//   @ session b           the commands that follow come from client b; the first one is a
//   @ list k              puts a value of another type at a key
//
//   ? ttl k               milliseconds to live, -1 without a deadline, -2 without the key
//   ? encoding k          int, embstr, raw, "raw blob", none
//   ? changes             how many changes of keys were reported since this was last asked
//
// Every transcript runs in RESP2 and RESP3 on one shard and on three.

using FastShard.Protocol;
using Xunit;

namespace FastShard.CommandTests.Harness;

/// <summary>Reads and plays a transcript.</summary>
public static class Transcript
{
    private const string Resp3Mark = "resp3 ";

    /// <summary>Folder of all transcripts.</summary>
    public static string Root => Path.Combine(AppContext.BaseDirectory, "Transcripts");

    /// <summary>All transcripts, as paths relative to <see cref="Root"/>.</summary>
    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Root, "*.txt", SearchOption.AllDirectories)
            .Select(static path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    /// <summary>Plays a file; a reply that differs fails with its place.</summary>
    public static void Play(string path, int shards, RespVersion version, bool checksCuts = false)
    {
        using CommandHarness harness = new(shards, version) { ChecksCuts = checksCuts };
        Play(harness, path, version, static () => { });
    }

    /// <summary>Plays a file on an engine at hand; <paramref name="afterEach"/> is called behind each line.</summary>
    public static void Play(CommandHarness harness, string path, RespVersion version, Action afterEach)
    {
        string[] lines = File.ReadAllLines(Path.Combine(Root, path));
        string session = "a";
        for (int index = 0; index < lines.Length; index++)
        {
            string line = lines[index].Trim();
            string rest = line.Length > 2 ? line[2..] : "";
            int number = index + 1;
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.StartsWith("@ session ", StringComparison.Ordinal)) session = rest.Split(' ')[1];
            else if (line[0] == '@') Direct(harness, rest);
            else if (line[0] is '>' or '?')
            {
                string expected = Expected(lines, ref index, version);
                string actual = line[0] == '>' ? harness.Run(rest, session) : Inspect(harness, rest);
                if (expected != actual)
                    Assert.Fail($"{path}:{number}: {line}\nexpected: {expected}\nactual:   {actual}");
            }
            else Assert.Fail($"{path}:{number}: neither a command nor expected here: {line}");
            afterEach();
        }
    }

    private static string Expected(string[] lines, ref int index, RespVersion version)
    {
        string expected = index + 1 < lines.Length ? lines[++index].Trim() : "";
        bool hasResp3 = index + 1 < lines.Length && lines[index + 1].StartsWith(Resp3Mark, StringComparison.Ordinal);
        if (!hasResp3) return expected;
        string resp3 = lines[++index][Resp3Mark.Length..].Trim();
        return version == RespVersion.Resp3 ? resp3 : expected;
    }

    private static void Direct(CommandHarness harness, string text)
    {
        string[] words = text.Split(' ');
        switch (words[0])
        {
            case "advance": harness.AdvanceMillis(long.Parse(words[1])); break;
            case "list": harness.PutList(words[1]); break;
            default: throw new FormatException($"@ {text}");
        }
    }

    private static string Inspect(CommandHarness harness, string text)
    {
        string[] words = text.Split(' ');
        return words[0] switch
        {
            "ttl" => harness.TtlOf(words[1]).ToString(),
            "encoding" => harness.EncodingOf(words[1]),
            "changes" => harness.Changes().ToString(),
            _ => throw new FormatException($"? {text}"),
        };
    }
}
