using System.Globalization;
using FastShard.CommandTests.Harness;
using Xunit;

namespace FastShard.CommandTests.Model;

/// <summary>Sets answer as HashSets would, whichever way they are kept.</summary>
public sealed class SetModelTests
{
    private static readonly string[] Keys = ["a", "b", "c{a}", "d", "e"];

    [Theory]
    [InlineData(1, 1, 512, 128, 64)]
    [InlineData(2, 3, 8, 6, 64)]
    [InlineData(3, 2, 20, 10, 6)]
    [InlineData(4, 1, 0, 0, 64)]
    [InlineData(5, 2, 0, 12, 64)]
    public void Engine_and_model_give_the_same_replies(
        int seed, int shards, int maxIntset, int maxEntries, int maxValue)
    {
        using CommandHarness harness = new(shards);
        harness.Dataset.Encodings.SetMaxIntsetEntries = maxIntset;
        harness.Dataset.Encodings.SetMaxListpackEntries = maxEntries;
        harness.Dataset.Encodings.SetMaxListpackValue = maxValue;
        Model model = new(harness, new Random(seed));
        for (int step = 0; step < 6_000; step++)
        {
            model.Step();
            if (step % 50 == 0) model.CheckAll();
        }
    }

    private sealed class Model(CommandHarness harness, Random random)
    {
        private readonly Dictionary<string, HashSet<string>> _keys = [];

        internal void Step()
        {
            string key = AnyKey();
            string other = AnyKey();
            string member = Member();
            switch (random.Next(12))
            {
                case 0: case 1: case 2: case 3: Add(key); break;
                case 4: Expect(Of(key).Remove(member) ? 1 : 0, $"SREM {key} {member}"); break;
                case 5: Expect(Of(key).Contains(member) ? 1 : 0, $"SISMEMBER {key} {member}"); break;
                case 6: Move(key, other, member); break;
                case 7: Pop(key, random.Next(4)); break;
                case 8: Combine("INTER", key, other, AnyKey()); break;
                case 9: Combine("UNION", key, other, AnyKey()); break;
                case 10: Combine("DIFF", key, other, AnyKey()); break;
                default: Draw(key, random.Next(-5, 8)); break;
            }
        }

        internal void CheckAll()
        {
            foreach (string key in Keys)
            {
                AssertSame(Of(key), harness.Run($"SMEMBERS {key}"), key);
                Expect(Of(key).Count, $"SCARD {key}");
                Expect(Of(key).Count > 0 ? 1 : 0, $"EXISTS {key}");
                AssertSame(Of(key), Scan(key), key);
            }
        }

        private string AnyKey() => Keys[random.Next(Keys.Length)];

        private string Member() => random.Next(40) switch
        {
            0 => "a-member-with-a-very-long-name-" + new string('x', 50),
            1 => $"{random.NextInt64()}",
            2 => $"{random.Next(-100_000, 100_000)}",
            < 32 => $"{random.Next(25)}",
            _ => $"m{random.Next(20)}",
        };

        private HashSet<string> Of(string key)
        {
            if (!_keys.TryGetValue(key, out HashSet<string>? members)) _keys[key] = members = [];
            return members;
        }

        private void Expect(int expected, string line) =>
            Assert.Equal((line, expected.ToString(CultureInfo.InvariantCulture)), (line, harness.Run(line)));

        private static string[] Parse(string reply) =>
            reply == "[]" ? [] : [.. reply[1..^1].Split(", ").Select(static text => text.Trim('"'))];

        private static void AssertSame(IEnumerable<string> expected, string reply, string context)
        {
            string[] actual = Parse(reply);
            IEnumerable<string> sorted = actual.Order(StringComparer.Ordinal);
            Assert.True(expected.Order(StringComparer.Ordinal).SequenceEqual(sorted), context);
        }

        private string Scan(string key)
        {
            List<string> all = [];
            string cursor = "0";
            do
            {
                string reply = harness.Run($"SSCAN {key} {cursor} COUNT 5");
                int end = reply.IndexOf(", ", StringComparison.Ordinal);
                cursor = reply[2..(end - 1)];
                all.AddRange(Parse(reply[(end + 2)..^1]));
            }
            while (cursor != "0");
            return all.Count == 0 ? "[]" : $"[{string.Join(", ", all)}]";
        }

        private void Add(string key)
        {
            string[] members = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Member())];
            int added = members.Count(member => Of(key).Add(member));
            Expect(added, $"SADD {key} {string.Join(' ', members)}");
        }

        private void Move(string from, string to, string member)
        {
            bool moves = Of(from).Contains(member);
            Expect(moves ? 1 : 0, $"SMOVE {from} {to} {member}");
            if (!moves) return;
            Of(from).Remove(member);
            Of(to).Add(member);
        }

        private void Pop(string key, int count)
        {
            string[] popped = Parse(harness.Run($"SPOP {key} {count}"));
            Assert.Equal(Math.Min(count, Of(key).Count), popped.Length);
            foreach (string member in popped) Assert.True(Of(key).Remove(member), member);
        }

        private void Draw(string key, int count)
        {
            string[] drawn = Parse(harness.Run($"SRANDMEMBER {key} {count}"));
            int expected = Of(key).Count == 0 ? 0 : count < 0 ? -count : Math.Min(count, Of(key).Count);
            Assert.Equal(expected, drawn.Length);
            Assert.All(drawn, member => Assert.Contains(member, Of(key)));
            if (count > 0) Assert.Equal(drawn.Length, drawn.Distinct().Count());
        }

        private void Combine(string operation, string target, string first, string second)
        {
            HashSet<string> result = [.. Of(first)];
            if (operation == "INTER") result.IntersectWith(Of(second));
            else if (operation == "UNION") result.UnionWith(Of(second));
            else result.ExceptWith(Of(second));
            AssertSame(result, harness.Run($"S{operation} {first} {second}"), operation);
            int limit = random.Next(5);
            int limited = limit == 0 ? result.Count : Math.Min(result.Count, limit);
            Expect(limited, $"S{operation}CARD 2 {first} {second} LIMIT {limit}");
            if (random.Next(3) > 0) return;
            Expect(result.Count, $"S{operation}STORE {target} {first} {second}");
            _keys[target] = result;
        }
    }
}
