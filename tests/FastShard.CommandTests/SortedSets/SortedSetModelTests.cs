using System.Globalization;
using FastShard.CommandTests.Harness;
using Xunit;

namespace FastShard.CommandTests.SortedSets;

/// <summary>Random commands on one sorted set, small and large, and on a plain model of it.</summary>
public sealed class SortedSetModelTests
{
    [Theory]
    [InlineData(1, 30, 10)]
    [InlineData(2, 300, 1000)]
    [InlineData(3, 300, 5)]
    public void Agrees_with_a_model(int seed, int names, int scores)
    {
        using CommandHarness harness = new(1);
        var random = new Random(seed);
        Dictionary<string, double> model = [];
        for (int step = 0; step < 1_500; step++)
        {
            string name = $"m{random.Next(names)}";
            double score = random.Next(scores) / 4.0;
            switch (random.Next(8))
            {
                case < 4:
                    Assert.Equal(model.ContainsKey(name) ? "0" : "1", harness.Run($"ZADD z {Text(score)} {name}"));
                    model[name] = score;
                    break;
                case 4:
                    model[name] = model.GetValueOrDefault(name) + score;
                    Assert.Equal($"\"{Text(model[name])}\"", harness.Run($"ZINCRBY z {Text(score)} {name}"));
                    break;
                case 5:
                    Assert.Equal(model.Remove(name) ? "1" : "0", harness.Run($"ZREM z {name}"));
                    break;
                case 6 when random.Next(20) == 0 && model.Count > 0:
                    PopMany(harness, model, random.Next(1, 20));
                    break;
                default:
                    CheckRange(harness, model, score, random.Next(5), random.Next(20));
                    break;
            }
            Assert.Equal($"{model.Count}", harness.Run("ZCARD z"));
            CheckMember(harness, model, name);
        }
    }

    private static void PopMany(CommandHarness harness, Dictionary<string, double> model, int count)
    {
        List<string> expected = [];
        foreach ((string name, double score) in Sorted(model).Take(count).ToArray())
        {
            expected.Add($"\"{name}\", \"{Text(score)}\"");
            model.Remove(name);
        }
        Assert.Equal($"[{string.Join(", ", expected)}]", harness.Run($"ZPOPMIN z {count}"));
    }

    private static void CheckRange(
        CommandHarness harness, Dictionary<string, double> model, double min, int offset, int count)
    {
        (string Name, double Score)[] inside = [.. Sorted(model).Where(element => element.Score > min)];
        string Names(IEnumerable<(string Name, double Score)> elements) =>
            $"[{string.Join(", ", elements.Select(element => $"\"{element.Name}\""))}]";
        Assert.Equal(
            Names(inside.Skip(offset).Take(count)),
            harness.Run($"ZRANGEBYSCORE z ({Text(min)} +inf LIMIT {offset} {count}"));
        Assert.Equal(
            Names(Enumerable.Reverse(inside).Skip(offset).Take(count)),
            harness.Run($"ZREVRANGEBYSCORE z +inf ({Text(min)} LIMIT {offset} {count}"));
        Assert.Equal($"{inside.Length}", harness.Run($"ZCOUNT z ({Text(min)} +inf"));
    }

    private static void CheckMember(CommandHarness harness, Dictionary<string, double> model, string name)
    {
        int rank = Array.FindIndex(Sorted(model), element => element.Name == name);
        Assert.Equal(rank < 0 ? "(nil)" : $"{rank}", harness.Run($"ZRANK z {name}"));
        if (rank >= 0) Assert.Equal($"\"{Text(model[name])}\"", harness.Run($"ZSCORE z {name}"));
    }

    private static (string Name, double Score)[] Sorted(Dictionary<string, double> model) =>
    [
        .. model.Select(pair => (pair.Key, pair.Value)).OrderBy(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal),
    ];

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
