using FastShard.CommandTests.Harness;
using Xunit;

namespace FastShard.CommandTests.Keys;

/// <summary>Random generic commands, each reply compared with the model's; the clock moves in between.</summary>
public sealed class KeysModelTests
{
    private const int Databases = 3;
    private const int Steps = 800;
    private static readonly string[] Conditions = ["", "", "NX", "XX", "GT", "LT"];

    // Few names, some of one slot, so that commands meet.
    private static readonly string[] Names = ["a", "b", "c", "d", "{a}1", "{a}2", "{a}3", "e{b}", "f", "ggg"];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(4, 3)]
    [InlineData(5, 3)]
    [InlineData(6, 8)]
    public void Replies_are_the_models(int seed, int shards)
    {
        using CommandHarness harness = new(shards, databases: Databases);
        var run = new Run(harness, new Random(seed));
        for (int step = 0; step < Steps; step++) run.Step();
        run.CompareAll();
    }

    private sealed class Run(CommandHarness harness, Random random)
    {
        private readonly KeysModel _model = new(Databases) { NowMillis = harness.NowMillis };
        private int _written;

        public void Step()
        {
            string key = Pick(Names);
            string other = Pick(Names);
            int database = random.Next(Databases);
            switch (random.Next(22))
            {
                case 0 or 1 or 2: Set(key); break;
                case 3: Expect($"GET {key}", _model.Get(key)); break;
                case 4: Expect($"DEL {key} {other}", _model.Delete(key, other)); break;
                case 5: Expect($"UNLINK {key}", _model.Delete(key)); break;
                case 6: Expect($"EXISTS {key} {other} {key}", _model.Exists(key, other, key)); break;
                case 7: Expect($"TOUCH {key} {other}", _model.Exists(key, other)); break;
                case 8: Expect($"TYPE {key}", _model.Type(key)); break;
                case 9: Expect($"RENAME {key} {other}", _model.Rename(key, other)); break;
                case 10: Expect($"RENAMENX {key} {other}", _model.RenameIfFree(key, other)); break;
                case 11: Copy(key, other, database); break;
                case 12: Expect($"MOVE {key} {database}", _model.Move(key, database)); break;
                case 13 or 14: Expire(key); break;
                case 15: Expect($"PERSIST {key}", _model.Persist(key)); break;
                case 16: Expect($"PTTL {key}", _model.MillisLeft(key)); break;
                case 17: Expect($"PEXPIRETIME {key}", _model.Deadline(key)); break;
                case 18: Expect($"APPEND {key} +", _model.Append(key, "+")); break;
                case 19: Advance(random.Next(400)); break;
                case 20: ListKeys(); break;
                default: OnDatabases(database); break;
            }
        }

        public void CompareAll()
        {
            for (int database = 0; database < Databases; database++)
            {
                _model.Selected = database;
                Expect($"SELECT {database}", "OK");
                foreach (string name in Names)
                {
                    Expect($"GET {name}", _model.Get(name));
                    Expect($"PTTL {name}", _model.MillisLeft(name));
                }
            }
        }

        private void Set(string key)
        {
            string text = $"v{_written++}";
            long life = random.Next(3) == 0 ? random.Next(1, 1000) : 0;
            _model.Set(key, text, life);
            Expect($"SET {key} {text}" + (life == 0 ? "" : $" PX {life}"), "OK");
        }

        private void Copy(string key, string other, int database)
        {
            bool replaces = random.Next(2) == 0;
            string expected = _model.Copy(key, other, database, replaces);
            Expect($"COPY {key} {other} DB {database}" + (replaces ? " REPLACE" : ""), expected);
        }

        private void Expire(string key)
        {
            string condition = Pick(Conditions);
            long life = random.Next(-50, 1500);
            bool isAbsolute = random.Next(2) == 0;
            long deadline = harness.NowMillis + life;
            string command = isAbsolute
                ? $"PEXPIREAT {key} {deadline} {condition}"
                : $"PEXPIRE {key} {life} {condition}";
            Expect(command.TrimEnd(), _model.Expire(key, deadline, condition));
        }

        private void Advance(int millis)
        {
            harness.AdvanceMillis(millis);
            _model.NowMillis = harness.NowMillis;
        }

        private void ListKeys()
        {
            string[] expected = [.. _model.Names];
            string[] listed = [.. Quoted(harness.Run("KEYS *"))];
            Assert.Equal(expected, listed.Order(StringComparer.Ordinal));

            var scanned = new List<string>();
            string cursor = "0";
            do
            {
                (cursor, string[] keys) = ScanGuaranteeTests.Parse(harness.Run($"SCAN {cursor} COUNT 3"));
                scanned.AddRange(keys);
            }
            while (cursor != "0");
            Assert.Equal(expected, scanned.Order(StringComparer.Ordinal));

            // Nothing that has expired is left after a whole walk.
            Expect("DBSIZE", expected.Length);
            string some = harness.Run("RANDOMKEY");
            if (expected.Length == 0) Assert.Equal("(nil)", some);
            else Assert.Contains(some.Trim('"'), expected);
        }

        private void OnDatabases(int database)
        {
            switch (random.Next(8))
            {
                case 0:
                    _model.Flush(_model.Selected);
                    Expect("FLUSHDB", "OK");
                    break;
                case 1:
                    _model.Swap(_model.Selected, database);
                    Expect($"SWAPDB {_model.Selected} {database}", "OK");
                    break;
                default:
                    _model.Selected = database;
                    Expect($"SELECT {database}", "OK");
                    break;
            }
        }

        private string Pick(string[] choices) => choices[random.Next(choices.Length)];

        private void Expect(string command, object reply)
        {
            string actual = harness.Run(command);
            Assert.True(reply.ToString() == actual, $"{command}: {actual} instead of {reply}");
        }

        private static IEnumerable<string> Quoted(string reply) =>
            reply.Split('"').Where(static (_, index) => index % 2 == 1);
    }
}
