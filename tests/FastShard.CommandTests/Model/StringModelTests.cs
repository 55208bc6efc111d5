using System.Text;
using FastShard.CommandTests.Harness;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace FastShard.CommandTests.Model;

/// <summary>Whatever clients send, the engine answers as a dictionary of texts would.</summary>
public sealed class StringModelTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(120);

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    public void Engine_and_model_give_the_same_replies(int shards, bool sendsBlobs)
    {
        Property property = Prop.ForAll(
            RequestGenerator.Sequences(), requests => Assert.Null(FirstDifference(requests, shards, sendsBlobs)));
        Check.One(Runs, property);
    }

    private static string? FirstDifference(string[][] requests, int shards, bool sendsBlobs)
    {
        using CommandHarness harness = new(shards) { SendsBlobs = sendsBlobs };
        StringModel model = new(harness.NowMillis);
        foreach (string[] words in requests)
        {
            if (words[0] == "ADVANCE")
            {
                harness.AdvanceMillis(long.Parse(words[1]));
                model.Advance(long.Parse(words[1]));
                continue;
            }
            string[] request = RequestGenerator.Expand(words);
            string expected = model.Apply(request);
            string actual = harness.Run([.. request.Select(Encoding.Latin1.GetBytes)]);
            if (expected != actual) return $"{Short(string.Join(' ', words))}: {Short(expected)}, not {Short(actual)}";
            foreach (string key in (ReadOnlySpan<string>)["a", "b", "c", "d", "e{a}"])
            {
                if (model.Ttl(key) != harness.TtlOf(key)) return $"{string.Join(' ', words)}: TTL of {key}";
            }
        }
        return null;
    }

    private static string Short(string text) => text.Length <= 200 ? text : $"{text[..200]}... ({text.Length})";
}
