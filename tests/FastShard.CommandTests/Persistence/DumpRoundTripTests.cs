using FastShard.CommandTests.Harness;
using FastShard.Persistence.Rdb;
using Xunit;

namespace FastShard.CommandTests.Persistence;

/// <summary>What was written in any version is the same value when it is read.</summary>
public sealed class DumpRoundTripTests
{
    public static TheoryData<string> Names() => [.. DumpSamples.All.Select(static sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_comes_back(string name)
    {
        using CommandHarness harness = new(shards: 1);
        foreach (string request in DumpSamples.All.Single(sample => sample.Name == name).Requests) harness.Run(request);
        string digest = harness.DigestOf("k");
        for (int version = RdbVersion.WrittenMin; version <= RdbVersion.WrittenMax; version++)
        {
            foreach (bool compresses in (ReadOnlySpan<bool>)[false, true])
            {
                byte[] payload = harness.Dump("k", version, compresses);
                Assert.Equal("OK", harness.Run("RESTORE"u8.ToArray(), "copy"u8.ToArray(), "0"u8.ToArray(), payload));
                Assert.Equal(digest, harness.DigestOf("copy"));
                Assert.Equal(harness.Run("OBJECT ENCODING k"), harness.Run("OBJECT ENCODING copy"));
                Assert.Equal("1", harness.Run("DEL copy"));
            }
        }
    }

    public static TheoryData<string> Foreign() => [.. ForeignPayloads.All.Select(static payload => payload.Name)];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_value_of_an_older_server_is_understood(string name)
    {
        using CommandHarness harness = new(shards: 1);
        (_, string hex, string digest) = ForeignPayloads.All.Single(payload => payload.Name == name);
        Assert.Equal(
            "OK",
            harness.Run("RESTORE"u8.ToArray(), "k"u8.ToArray(), "0"u8.ToArray(), Convert.FromHexString(hex)));
        Assert.Equal(digest, harness.DigestOf("k"));
    }
}
