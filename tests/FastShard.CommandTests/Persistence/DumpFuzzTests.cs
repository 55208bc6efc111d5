using System.Buffers.Binary;
using FastShard.CommandTests.Harness;
using FastShard.Persistence.Rdb;
using Xunit;

namespace FastShard.CommandTests.Persistence;

/// <summary>
/// Payloads that were damaged and given a right checksum: each is refused or becomes a valid value that can be read,
/// written and removed, and nothing is left behind. FUZZ_ROUNDS makes it go on for longer.
/// </summary>
public sealed class DumpFuzzTests
{
    private const int DefaultRounds = 2000;

    public static TheoryData<string> Names() => [.. Payloads().Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Damaged_payloads_do_no_harm(string name)
    {
        byte[] body = Payloads()[name];
        int rounds = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_ROUNDS"), out int told)
            ? told
            : DefaultRounds;
        Random random = new(name.Length + body.Length);
        using CommandHarness harness = new(shards: 1);
        int accepted = 0;
        for (int round = 0; round < rounds; round++)
        {
            byte[] damaged = Damage(body, random);
            if (!harness.TryRestore("k", Seal(damaged))) continue;
            accepted++;
            byte[] again = harness.Dump("k", RdbVersion.WrittenMax, compresses: false);
            string digest = harness.DigestOf("k");
            harness.Remove("k");
            Assert.True(harness.TryRestore("k", again), Convert.ToHexString(damaged));
            Assert.Equal(digest, harness.DigestOf("k"));
            harness.Remove("k");
        }
        Assert.True(accepted < rounds);
    }

    private static Dictionary<string, byte[]> Payloads()
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

    /// <summary>Another body with the version that it has, or now and then another.</summary>
    private static byte[] Damage(byte[] body, Random random)
    {
        List<byte> bytes = [.. body];
        int hits = 1 + random.Next(3);
        for (int hit = 0; hit < hits && bytes.Count > 3; hit++)
        {
            // The beginning has the types, counts and lengths: it is hit more often.
            int reach = random.Next(2) == 0 ? Math.Min(bytes.Count - 2, 24) : bytes.Count - 2;
            int at = random.Next(reach);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.Insert(at, (byte)random.Next(256)); break;
                case 4: bytes.RemoveRange(at, Math.Min(random.Next(8), bytes.Count - 2 - at)); break;
                default: bytes[at] = (byte)(random.Next(2) == 0 ? 0xFF : 0x00); break;
            }
        }
        return [.. bytes];
    }

    private static byte[] Seal(byte[] body)
    {
        byte[] payload = new byte[body.Length + Crc64.Bytes];
        body.CopyTo(payload, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(body.Length), Crc64.Append(0, body));
        return payload;
    }
}
