using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.Administration;

/// <summary>import-mode: another server's keys are taken over as they are, expired ones too.</summary>
public sealed class ImportModeTests
{
    private const string Past = "1";

    [Theory, ClassData(typeof(Transports))]
    public void Only_in_import_mode_can_a_client_become_a_source(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport);
        using RespClient client = server.Connect();
        Assert.Equal("ERR Server is not in import mode", client.Run("CLIENT", "IMPORT-SOURCE", "ON").Text);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "import-mode", "yes").Text);
        Assert.Equal("OK", client.Run("CLIENT", "IMPORT-SOURCE", "on").Text);
        Assert.Contains(" flags=I ", client.Run("CLIENT", "INFO").Text!);
        Assert.Equal("ERR syntax error", client.Run("CLIENT", "IMPORT-SOURCE", "maybe").Text);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "import-mode", "no").Text);
        Assert.Equal("OK", client.Run("CLIENT", "IMPORT-SOURCE", "off").Text);
        Assert.Contains(" flags=N ", client.Run("CLIENT", "INFO").Text!);
    }

    [Theory, ClassData(typeof(Transports))]
    public void A_source_sees_expired_keys_and_others_do_not(string transport)
    {
        using FastShardServer server = FastShardServer.Start(transport, "--shards", "3", "--import-mode", "yes");
        using RespClient source = server.Connect();
        using RespClient other = server.Connect();
        source.Run("CLIENT", "IMPORT-SOURCE", "ON");
        string[] keys = [.. Enumerable.Range(0, 30).Select(static number => $"k{number}")];
        foreach (string key in keys)
        {
            Assert.Equal("OK", other.Run("SET", key, "1").Text);
            Assert.Equal(1, other.Run("PEXPIREAT", key, Past).Integer);
        }
        // Looking for a key is what removes an expired one elsewhere.
        foreach (string key in keys)
        {
            Assert.True(other.Run("GET", key).IsNull);
            Assert.Equal(-2, other.Run("TTL", key).Integer);
            Assert.Equal("1", source.Run("GET", key).Text);
            Assert.Equal(0, source.Run("TTL", key).Integer);
            Assert.Equal(2, source.Run("INCR", key).Integer);
        }
        Assert.Equal(keys.Length, other.Run("DBSIZE").Integer);
        Assert.Equal(keys.Length, source.Run("KEYS", "*").Elements!.Count);
        Assert.Empty(other.Run("KEYS", "*").Elements!);
        source.Run("MULTI");
        source.Run("MGET", keys[0], keys[1], keys[2]);
        Assert.Equal("*[*[$2, $2, $2]]", source.Run("EXEC").ToString());
        // Who writes to one that has expired begins anew.
        Assert.Equal(1, other.Run("INCR", keys[0]).Integer);
        Assert.Equal(-1, source.Run("TTL", keys[0]).Integer);
        Assert.Equal("OK", other.Run("CONFIG", "SET", "import-mode", "no").Text);
        Assert.True(source.Run("GET", keys[1]).IsNull);
        server.Until(() => other.Run("DBSIZE").Integer == 1, "what has expired goes");
    }

    [Theory, ClassData(typeof(Transports))]
    public void Nothing_is_evicted_in_import_mode(string transport)
    {
        using FastShardServer server = FastShardServer.Start(
            transport, "--shards", "2", "--maxmemory", "8mb", "--maxmemory-policy", "allkeys-lru",
            "--import-mode", "yes");
        using RespClient client = server.Connect();
        string value = new('x', 10_000);
        int stored = 0;
        while (client.Run("SET", $"k{stored}", value).Text == "OK") Assert.InRange(++stored, 1, 1000);
        Assert.Equal(stored, client.Run("DBSIZE").Integer);
        Assert.Equal("OK", client.Run("CONFIG", "SET", "import-mode", "no").Text);
        Assert.Equal("OK", client.Run("SET", "more", value).Text);
    }
}
