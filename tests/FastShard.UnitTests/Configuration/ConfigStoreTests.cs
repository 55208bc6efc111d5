using FastShard.Server.Configuration;
using Xunit;

namespace FastShard.UnitTests.Configuration;

public sealed class ConfigStoreTests
{
    private readonly ConfigStore _store = new(new ServerOptions());

    [Theory]
    [InlineData("foo", "1", "ERR Unknown option or number of arguments for CONFIG SET - 'foo'")]
    [InlineData("maxmemory", "abc", "argument must be a memory value")]
    [InlineData("maxmemory", "-5", "argument must be a memory value")]
    [InlineData("maxmemory-clients", "500x", "argument must be a memory or percent value")]
    [InlineData("maxmemory-clients", "500%", "percentage argument must be less or equal to 100")]
    [InlineData("proto-max-bulk-len", "1", "argument must be between 1048576 and 9223372036854775807 inclusive")]
    [InlineData("hz", "abc", "argument couldn't be parsed into an integer")]
    [InlineData("timeout", "-1", "argument must be between 0 and 2147483647 inclusive")]
    [InlineData("lazyfree-lazy-expire", "maybe", "argument must be 'yes' or 'no'")]
    [InlineData("databases", "3", "can't set immutable config")]
    [InlineData("dir", "/", "can't set protected config")]
    [InlineData("appendfsync", "x", "argument(s) must be one of the following: everysec, always, no")]
    [InlineData("maxmemory-policy", "x", "argument(s) must be one of the following: volatile-lru, volatile-lfu, "
        + "volatile-random, volatile-ttl, allkeys-lru, allkeys-lfu, allkeys-random, noeviction")]
    [InlineData("notify-keyspace-events", "xyzzy", "Invalid event class character. Use 'Ag$lshzxeKEtmdnocSTIV'.")]
    [InlineData("save", "10", "Invalid save parameters")]
    [InlineData("save", "0 1", "Invalid save parameters")]
    [InlineData("client-output-buffer-limit", "normal 1",
        "Wrong number of arguments in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit", "wrong 1 2 3",
        "Invalid client class specified in buffer limit configuration.")]
    [InlineData("client-output-buffer-limit", "normal a 2 3",
        "Error in hard, soft or soft_seconds setting in buffer limit configuration.")]
    [InlineData("latency-tracking-info-percentiles", "50 101",
        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]")]
    [InlineData("latency-tracking-info-percentiles", "abc", "Invalid latency-tracking-info-percentiles parameters")]
    [InlineData("proc-title-template", "{foo}", "template format is invalid or contains unknown variables")]
    [InlineData("oom-score-adj-values", "1 2", "wrong number of arguments")]
    public void Refuses_in_the_words_of_redis(string name, string value, string error)
    {
        string full = error.StartsWith("ERR ", StringComparison.Ordinal) ? error
            : $"ERR CONFIG SET failed (possibly related to argument '{name}') - {error}";
        Assert.Equal(full, _store.Set([name, value]));
    }

    [Fact]
    public void Sets_all_pairs()
    {
        Assert.Null(_store.Set(["MaxMemory", "1gb", "maxmemory-samples", "7", "slave-priority", "3"]));
        Assert.Equal(1L << 30, _store.Options.MaxMemory);
        Assert.Equal(7, _store.Options.MaxMemorySamples);
        Assert.Equal([new("replica-priority", "3")], _store.Get("replica-priority"));
    }

    [Fact]
    public void Sets_all_pairs_or_none()
    {
        Assert.NotNull(_store.Set(["maxmemory", "1gb", "maxmemory-samples", "0"]));
        Assert.NotNull(_store.Set(["maxmemory", "1gb", "databases", "3"]));
        Assert.Equal(0, _store.Options.MaxMemory);
    }

    [Fact]
    public void Refuses_a_directive_twice_also_under_its_alias()
    {
        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'maxmemory') - duplicate parameter",
            _store.Set(["maxmemory", "1", "maxmemory", "2"]));
        Assert.EndsWith("duplicate parameter",
            _store.Set(["hash-max-listpack-entries", "1", "hash-max-ziplist-entries", "2"]));
    }

    [Fact]
    public void An_unknown_name_outweighs_other_faults() =>
        Assert.Equal("ERR Unknown option or number of arguments for CONFIG SET - 'foo'",
            _store.Set(["databases", "1", "foo", "2"]));

    [Fact]
    public void Protected_directives_follow_enable_protected_configs()
    {
        _store.Options.ProtectedConfigs = AccessRule.Local;
        Assert.EndsWith("can't set protected config", _store.Set(["dir", "/"], fromLoopback: false));
        Assert.Null(_store.Set(["dir", "/"], fromLoopback: true));
        Assert.Equal("/", _store.Options.Directory);
        Assert.EndsWith("No such file or directory", _store.Set(["dir", "/no/such/folder"]));
    }

    [Fact]
    public void Subscribers_hear_once_with_the_new_values()
    {
        var heard = new List<long>();
        _store.Subscribe(options => { heard.Add(options.MaxMemory); return null; }, "maxmemory", "maxmemory-samples");
        Assert.Null(_store.Set(["maxmemory-samples", "3", "maxmemory", "5"]));
        Assert.Null(_store.Set(["hz", "20"]));
        Assert.Equal([5L], heard);
    }

    [Fact]
    public void A_refusal_brings_everything_and_everybody_back()
    {
        var heard = new List<int>();
        _store.Subscribe(options => { heard.Add(options.Hz); return null; }, "hz");
        _store.Subscribe(options => options.MaxClients > 20_000 ? "too many" : null, "maxclients");
        Assert.Equal("ERR CONFIG SET failed (possibly related to argument 'maxclients') - too many",
            _store.Set(["hz", "50", "maxclients", "30000"]));
        Assert.Equal([50, 10], heard);
        Assert.Equal(10, _store.Options.Hz);
        Assert.Equal(10_000, _store.Options.MaxClients);
    }

    [Fact]
    public void Warns_of_values_without_effect_only()
    {
        var warnings = new List<string>();
        _store.Warned = warnings.Add;
        Assert.Null(_store.Set(["repl-disable-tcp-nodelay", "no", "maxmemory", "5", "save", ""]));
        Assert.Empty(warnings);
        Assert.Null(_store.Set(["repl-disable-tcp-nodelay", "yes"]));
        Assert.Contains("'repl-disable-tcp-nodelay'", Assert.Single(warnings));
        Assert.Contains(
            "'repl-disable-tcp-nodelay'",
            Assert.Single(_store.Warnings(), text => text.Contains("repl-disable-tcp-nodelay")));
    }

    [Fact]
    public void Get_matches_names_and_aliases_in_any_case()
    {
        Assert.Equal(["maxmemory", "maxmemory-policy", "maxmemory-samples", "maxmemory-eviction-tenacity"],
            NamesOf(_store.Get("maxmemory", "MAXMEMORY-[ePs]*")));
        Assert.Equal(["slave-lazy-flush", "replica-lazy-flush"], NamesOf(_store.Get("slave-lazy*", "REPLICA-lazy*")));
        Assert.Equal([new("Maxmemory", "0")], _store.Get("Maxmemory"));
        Assert.Empty(_store.Get("nope", "n?pe"));
        Assert.Single(_store.Get("SAVE", "save"));
        int shown = DirectiveTable.Names.Count(pair => !pair.Value.Has(DirectiveFlags.Hidden));
        Assert.Equal(shown, _store.Get("*").Count);
    }

    [Fact]
    public void A_hidden_directive_is_found_by_its_exact_name_only()
    {
        Assert.Equal(["key-load-delay"], NamesOf(_store.Get("key-load-delay")));
        Assert.Empty(_store.Get("key-load-*"));
    }

    [Fact]
    public void Rewrite_needs_a_file() =>
        Assert.Equal("ERR The server is running without a config file", _store.Rewrite());

    private static IEnumerable<string> NamesOf(List<KeyValuePair<string, string>> pairs) =>
        pairs.Select(static pair => pair.Key);
}
