using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Replication;

/// <summary>Questions about a primary and its replica.</summary>
internal static class Pair
{
    /// <summary>One of INFO's fields.</summary>
    public static string? Field(RespClient client, string name)
    {
        string info = client.Run("INFO").Text!;
        foreach (string line in info.Split("\r\n"))
        {
            if (line.StartsWith(name + ":", StringComparison.Ordinal)) return line[(name.Length + 1)..];
        }
        return null;
    }

    /// <summary>Whether a replica's link is up.</summary>
    public static bool IsUp(RespClient replica) => Field(replica, "master_link_status") == "up";

    /// <summary>Waits until the replica has all of the primary's stream, and nothing of it expires any more.</summary>
    public static void Settle(FastShardServer clock, RespClient primary, RespClient replica)
    {
        clock.Until(() => IsUp(replica), "the link is up");
        clock.Until(
            () => Field(primary, "master_repl_offset") is { } offset && offset == Field(replica, "master_repl_offset"),
            "the replica has all of the stream");
    }

    /// <summary>Every key of both is the same, in every database.</summary>
    public static void AssertEqual(FastShardServer clock, RespClient primary, RespClient replica)
    {
        // Keys whose time is over are in the primary's digest until it removes them, and so in the stream.
        clock.Until(
            () =>
            {
                Settle(clock, primary, replica);
                return Alike(primary, replica, "DEBUG", "DIGEST") && Alike(primary, replica, "DBSIZE");
            },
            "both have the same keys");
    }

    private static bool Alike(RespClient one, RespClient other, params string[] question) =>
        one.Run(question).ToString() == other.Run(question).ToString();
}
