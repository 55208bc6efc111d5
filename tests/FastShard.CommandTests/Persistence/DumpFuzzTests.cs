using FastShard.CommandTests.Harness;
using FastShard.Memory;
using FastShard.Persistence.Rdb;
using Xunit;

namespace FastShard.CommandTests.Persistence;

/// <summary>
/// Payloads that were damaged and given a right checksum: each is refused or becomes a valid value, which can be read,
/// written and removed, and nothing is left behind. FUZZ_ROUNDS makes it go on for longer; FASTSHARD_SEED begins
/// elsewhere.
/// </summary>
public sealed class DumpFuzzTests
{
    // Of all payloads together.
    private const int DefaultRounds = 240_000;
    // A block with a page of its own takes its time.
    private const int GuardedRounds = 15_000;
    private const int ExerciseSteps = 4;

    private static readonly Dictionary<string, byte[]> Payloads = MakePayloads();

    public static TheoryData<string> Names() => [.. Payloads.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_payloads_do_no_harm(string name)
    {
        byte[] body = Payloads[name];
        int all = HarnessHeaps.Mode == HeapMode.Guarded ? GuardedRounds : DefaultRounds;
        int rounds = (Number("FUZZ_ROUNDS", all) / Payloads.Count) + 1;
        Random random = new(name.Length + body.Length + Number("FASTSHARD_SEED", 0));
        using CommandHarness harness = new(shards: 1);
        PayloadDamage damage = new(random, [.. Payloads.Values]);
        ValueExercise exercise = new(harness, random);
        Subject subject = new(harness, exercise);
        int accepted = 0;
        for (int round = 0; round < rounds; round++)
        {
            if (subject.IsAccepted(damage.Damage(body))) accepted++;
        }
        Assert.True(accepted < rounds);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out int told) ? told : otherwise;

    private static Dictionary<string, byte[]> MakePayloads()
    {
        Dictionary<string, byte[]> payloads = [];
        foreach ((string name, string[] requests) in DumpSamples.All)
        {
            using CommandHarness harness = new(shards: 1);
            foreach (string request in requests) harness.Run(request);
            foreach (int version in (ReadOnlySpan<int>)[9, 10, 11])
                payloads[$"{name}, version {version}"] = harness.Dump("k", version, compresses: version == 10)[..^8];
        }
        foreach ((string name, string hex, _) in ForeignPayloads.All) payloads[name] = Convert.FromHexString(hex)[..^8];
        return payloads;
    }

    private sealed class Subject
    {
        private readonly CommandHarness _harness;
        private readonly ValueExercise _exercise;
        private readonly int _blocksWithout;

        internal Subject(CommandHarness harness, ValueExercise exercise)
        {
            (_harness, _exercise) = (harness, exercise);
            // What tables keep of the keys that were once there.
            harness.Run("MSET k 1 copy 1 other 1");
            harness.Run("DEL k copy other");
            _blocksWithout = harness.LiveBlocks();
        }

        internal bool IsAccepted(byte[] damaged)
        {
            bool isAccepted = _harness.TryRestore("k", PayloadDamage.Seal(damaged));
            if (isAccepted) Use(damaged);
            _harness.Reclaim();
            // A database may go on to list deadlines of fields that are gone.
            _harness.Run("FLUSHALL");
            Assert.True(_harness.LiveBlocks() <= _blocksWithout, Convert.ToHexString(damaged));
            return isAccepted;
        }

        private void Use(byte[] damaged)
        {
            _harness.Verify();
            byte[] again = _harness.Dump("k", RdbVersion.WrittenMax, compresses: false);
            string digest = _harness.DigestOf("k");
            _harness.Remove("k");
            Assert.True(_harness.TryRestore("k", again), Convert.ToHexString(damaged));
            Assert.Equal(digest, _harness.DigestOf("k"));
            _exercise.Run(ExerciseSteps);
        }
    }
}
