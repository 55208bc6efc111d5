using FastShard.CommandTests.Harness;
using FastShard.Engine.Expiry;
using FastShard.Engine.Keyspaces;
using Xunit;

namespace FastShard.CommandTests.Model;

/// <summary>
/// Hashes answer as dictionaries would, whichever way they are kept and however their fields come and go.
/// </summary>
public sealed class HashModelTests
{
    private static readonly string[] Keys = ["a", "b", "c{a}", "d"];

    [Theory]
    [InlineData(1, 1, 512, 64)]
    [InlineData(2, 3, 6, 64)]
    [InlineData(3, 2, 12, 5)]
    [InlineData(4, 1, 0, 64)]
    [InlineData(5, 2, 40, 12)]
    public void Engine_and_model_give_the_same_replies(int seed, int shards, int maxEntries, int maxValue)
    {
        using CommandHarness harness = new(shards);
        harness.Dataset.Encodings.HashMaxListpackEntries = maxEntries;
        harness.Dataset.Encodings.HashMaxListpackValue = maxValue;
        Model model = new(harness, new Random(seed));
        for (int step = 0; step < 6_000; step++)
        {
            model.Step();
            if (step % 50 == 0) model.CheckAll();
        }
        model.PassAllDeadlines();
    }

    private sealed class Model(CommandHarness harness, Random random)
    {
        private readonly Dictionary<string, Dictionary<string, (string Value, long Deadline)>> _keys = [];

        internal void Step()
        {
            string key = Keys[random.Next(Keys.Length)];
            string field = Field();
            switch (random.Next(14))
            {
                case 0: case 1: case 2: Set(key, field); break;
                case 3: Get(key, field); break;
                case 4: Delete(key, field, $"HDEL {key} {field}", "1", "0"); break;
                case 5: Increment(key, field); break;
                case 6: case 7: Expire(key, field); break;
                case 8: Persist(key, field); break;
                case 9: SetEx(key, field); break;
                case 10: GetDel(key, field); break;
                case 11: Move(key, Keys[random.Next(Keys.Length)]); break;
                case 12: Advance(random.Next(200)); break;
                default: SetNew(key, field); break;
            }
        }

        internal void CheckAll()
        {
            foreach (string key in Keys)
            {
                string all = harness.Run($"HGETALL {key}");
                string[] actual = all == "[]" ? [] : all[1..^1].Split(", ");
                Dictionary<string, string> pairs = [];
                for (int index = 0; index < actual.Length; index += 2)
                    pairs.Add(actual[index].Trim('"'), actual[index + 1].Trim('"'));
                Dictionary<string, string> expected = Of(key).Where(pair => !IsPassed(pair.Value))
                    .ToDictionary(static pair => pair.Key, static pair => pair.Value.Value);
                Assert.Equal(Sorted(expected), Sorted(pairs));
                foreach ((string field, (string _, long deadline)) in Of(key))
                {
                    if (deadline == 0) Expect("[-1]", $"HPTTL {key} FIELDS 1 {field}");
                    else if (deadline > harness.NowMillis)
                        Expect($"[{deadline - harness.NowMillis}]", $"HPTTL {key} FIELDS 1 {field}");
                }
            }
        }

        /// <summary>At the end nothing with a deadline may be left, and no key without a field.</summary>
        internal void PassAllDeadlines()
        {
            harness.AdvanceMillis(1_000_000);
            for (int call = 0; call < 100; call++)
            {
                RunExpiry();
                harness.AdvanceMillis(10);
            }
            foreach (string key in Keys)
            {
                int left = Of(key).Values.Count(static value => value.Deadline == 0);
                Expect($"{left}", $"HLEN {key}");
                Expect(left > 0 ? "1" : "0", $"EXISTS {key}");
            }
        }

        private static IEnumerable<KeyValuePair<string, string>> Sorted(Dictionary<string, string> pairs) =>
            pairs.OrderBy(static pair => pair.Key, StringComparer.Ordinal);

        private void Get(string key, string field) =>
            Expect(Live(key, field) is { } found ? $"\"{found.Value}\"" : "(nil)", $"HGET {key} {field}");

        private string Field() => random.Next(30) switch
        {
            0 => "a-field-with-a-very-long-name-" + new string('x', 60),
            < 15 => $"{random.Next(8)}",
            _ => $"field{random.Next(12)}",
        };

        private string Value() => random.Next(20) switch
        {
            0 => new string('v', random.Next(300)) + "v",
            < 10 => $"{random.Next(-100, 100_000)}",
            _ => $"value{random.Next(100)}",
        };

        private Dictionary<string, (string Value, long Deadline)> Of(string key)
        {
            if (!_keys.TryGetValue(key, out var fields)) _keys[key] = fields = [];
            return fields;
        }

        private bool IsPassed((string Value, long Deadline) field) =>
            field.Deadline != 0 && field.Deadline <= harness.NowMillis;

        private (string Value, long Deadline)? Live(string key, string field) =>
            Of(key).TryGetValue(field, out var found) && !IsPassed(found) ? found : null;

        private void Expect(string expected, string line) => Assert.Equal((line, expected), (line, harness.Run(line)));

        private void Set(string key, string field)
        {
            string value = Value();
            Expect(Live(key, field) is null ? "1" : "0", $"HSET {key} {field} {value}");
            Of(key)[field] = (value, 0);
        }

        private void SetNew(string key, string field)
        {
            string value = Value();
            bool isNew = Live(key, field) is null;
            Expect(isNew ? "1" : "0", $"HSETNX {key} {field} {value}");
            if (isNew) Of(key)[field] = (value, 0);
        }

        private void SetEx(string key, string field)
        {
            string value = Value();
            long millis = random.Next(300);
            bool keeps = random.Next(3) == 0;
            Expect("1", $"HSETEX {key} {(keeps ? "KEEPTTL" : $"PX {millis}")} FIELDS 1 {field} {value}");
            if (keeps) Of(key)[field] = (value, Live(key, field)?.Deadline ?? 0);
            else if (millis == 0) Of(key).Remove(field);
            else Of(key)[field] = (value, harness.NowMillis + millis);
        }

        private void GetDel(string key, string field)
        {
            string expected = Live(key, field) is { } found ? $"[\"{found.Value}\"]" : "[(nil)]";
            Expect(expected, $"HGETDEL {key} FIELDS 1 {field}");
            if (Live(key, field) is not null) Of(key).Remove(field);
        }

        private void Delete(string key, string field, string line, string yes, string no)
        {
            Expect(Live(key, field) is null ? no : yes, line);
            Of(key).Remove(field);
        }

        private void Increment(string key, string field)
        {
            string before = Live(key, field)?.Value ?? "0";
            if (!long.TryParse(before, out long value))
            {
                Expect("(error) ERR hash value is not an integer", $"HINCRBY {key} {field} 7");
                return;
            }
            Expect($"{value + 7}", $"HINCRBY {key} {field} 7");
            Of(key)[field] = ($"{value + 7}", Live(key, field)?.Deadline ?? 0);
        }

        private void Expire(string key, string field)
        {
            long millis = random.Next(400);
            string condition = random.Next(5) switch { 0 => "NX ", 1 => "XX ", 2 => "GT ", 3 => "LT ", _ => "" };
            (string Value, long Deadline)? before = Live(key, field);
            long deadline = harness.NowMillis + millis;
            long old = before?.Deadline ?? 0;
            bool isMet = condition switch
            {
                "NX " => old == 0,
                "XX " => old != 0,
                "GT " => old != 0 && deadline > old,
                "LT " => old == 0 || deadline < old,
                _ => true,
            };
            string expected = before is null ? "[-2]" : !isMet ? "[0]" : millis == 0 ? "[2]" : "[1]";
            Expect(expected, $"HPEXPIRE {key} {millis} {condition}FIELDS 1 {field}");
            if (before is null || !isMet) return;
            if (millis == 0) Of(key).Remove(field);
            else Of(key)[field] = (before.Value.Value, deadline);
        }

        private void Persist(string key, string field)
        {
            (string Value, long Deadline)? before = Live(key, field);
            string expected = before is null ? "[-2]" : before.Value.Deadline == 0 ? "[-1]" : "[1]";
            Expect(expected, $"HPERSIST {key} FIELDS 1 {field}");
            if (before is not null) Of(key)[field] = (before.Value.Value, 0);
        }

        private void Move(string from, string to)
        {
            if (from == to) return;
            bool copies = random.Next(2) == 0;
            harness.Run(copies ? $"COPY {from} {to} REPLACE" : $"RENAME {from} {to}");
            if (Of(from).Count == 0) return;
            // Of what has passed the engine may have kept or removed any.
            if (!Of(from).Values.Any(value => !IsPassed(value)))
            {
                harness.Run($"DEL {from} {to}");
                _keys[from] = [];
                _keys[to] = [];
                return;
            }
            _keys[to] = new(Of(from));
            if (!copies) _keys[from] = [];
        }

        private void Advance(long millis)
        {
            harness.AdvanceMillis(millis);
            RunExpiry();
            // Removed by now or not, nobody sees them any more.
            foreach (var fields in _keys.Values)
            {
                foreach (string name in fields.Where(pair => IsPassed(pair.Value)).Select(pair => pair.Key).ToArray())
                    fields.Remove(name);
            }
        }

        private void RunExpiry()
        {
            foreach (Keyspace keyspace in harness.Dataset.Keyspaces)
            {
                keyspace.NowMillis = harness.NowMillis;
                FieldExpiry.Run(keyspace);
            }
        }
    }
}
