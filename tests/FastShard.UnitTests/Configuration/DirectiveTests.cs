using FastShard.Server.Configuration;
using Xunit;

namespace FastShard.UnitTests.Configuration;

public sealed class DirectiveTests
{
    // Between them, every directive finds some that it takes.
    private static readonly string[] Candidates =
    [
        "yes", "no", "1", "2", "7", "64", "99", "640", "1048577", "3000000", "3gb", "5%", "KEA", "g$lnm",
        "normal 1mb 2mb 3", "slave 5 6 7 pubsub 1gb 2gb 8", "10 20 30 40", "50 99.25 100", "save now", "10.0.0.1 7000",
        "1 2 3", "a", "two words", "\"quoted\" \\ #text", "{title}", "/", "local", "systemd", "absolute",
        "clients", "swapdb", "panic", "hostname", "always", "debug", "nothing", "allkeys-lfu", "pipelines",
        "optional", "allchannels", "local7", "11",
    ];

    public static TheoryData<string> Names()
    {
        var names = new TheoryData<string>();
        foreach (Directive directive in DirectiveTable.All) names.Add(directive.Name);
        return names;
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_value_survives_get_set_rewrite_and_load(string name)
    {
        Directive directive = DirectiveTable.Find(name)!;
        int changed = 0;
        foreach (string candidate in Candidates)
        {
            var options = new ServerOptions();
            if (SetAsConfigSetDoes(directive, options, candidate) is not null) continue;
            string shown = directive.Format(options);
            if (shown != directive.DefaultText) changed++;

            var again = new ServerOptions();
            Assert.Null(SetAsConfigSetDoes(directive, again, shown));
            Assert.Equal(shown, directive.Format(again));
            Assert.Equal(shown, directive.Format(Load(directive.FormatLines(options))));
            Assert.Equal(shown, directive.Format(Load(ConfigRewriter.Merge([], options))));
        }
        Assert.True(changed > 0, $"Add a value that {name} takes to the candidates.");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_default_is_a_value_that_can_be_set(string name)
    {
        Directive directive = DirectiveTable.Find(name)!;
        var options = new ServerOptions();
        Assert.True(directive.IsDefault(options));
        Assert.Null(SetAsConfigSetDoes(directive, options, directive.DefaultText));
        Assert.Equal(directive.DefaultText, directive.Format(options));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Capture_and_restore_bring_the_value_back(string name)
    {
        Directive directive = DirectiveTable.Find(name)!;
        var options = new ServerOptions();
        object? before = directive.Capture(options);
        foreach (string candidate in Candidates) SetAsConfigSetDoes(directive, options, candidate);
        directive.Restore(options, before);
        Assert.True(directive.IsDefault(options));
    }

    [Fact]
    public void Every_directive_says_what_it_does_in_one_sentence()
    {
        foreach (Directive directive in DirectiveTable.All)
        {
            Assert.EndsWith(".", directive.Summary);
            Assert.DoesNotContain(". ", directive.Summary);
        }
    }

    /// <summary>The names that redis-server 7.0 answers CONFIG GET * with, so that its configurations load.</summary>
    [Fact]
    public void Every_directive_of_redis_is_known()
    {
        string[] missing = [.. RedisNames.All.Where(static name => DirectiveTable.Find(name) is null)];
        Assert.Empty(missing);
    }

    [Theory]
    [InlineData("A", "A")]
    [InlineData("KEA", "AKE")]
    [InlineData("Elg$", "g$lE")]
    [InlineData("g$lshzxetdKE", "AKE")]
    [InlineData("KEAmn", "AnKEm")]
    [InlineData("", "")]
    public void Keyspace_events_are_printed_in_one_order(string given, string shown) =>
        Assert.Equal(shown, Show("notify-keyspace-events", given));

    [Theory]
    [InlineData("save", "", "")]
    [InlineData("save", "3600 1 300 100", "3600 1 300 100")]
    [InlineData("hz", "5000", "500")]
    [InlineData("hz", "0", "1")]
    [InlineData("maxmemory", "1gb", "1073741824")]
    [InlineData("maxmemory-clients", "5%", "5%")]
    [InlineData("unixsocketperm", "700", "700")]
    [InlineData("maxmemory-policy", "ALLKEYS-LRU", "allkeys-lru")]
    [InlineData("latency-tracking-info-percentiles", "50.0 99.12345 100.0", "50 99.12345 100")]
    [InlineData("client-output-buffer-limit", "replica 1mb 2mb 3",
        "normal 0 0 0 slave 1048576 2097152 3 pubsub 33554432 8388608 60")]
    [InlineData("replicaof", "no one", "")]
    [InlineData("shutdown-on-sigint", "now save", "save now")]
    public void Values_are_shown_as_redis_shows_them(string name, string given, string shown) =>
        Assert.Equal(shown, Show(name, given));

    [Fact]
    public void Options_hold_typed_values()
    {
        var options = new ServerOptions();
        Assert.Equal(6379, options.Port);
        Assert.Equal(["127.0.0.1", "-::1"], options.Bind);
        Assert.Equal(512L << 20, options.ProtoMaxBulkLength);
        Assert.Equal(new SavePoint(3600, 1), options.Save[0]);
        Assert.Equal(256 << 20, options.ClientOutputBufferLimit.Replica.HardBytes);
        Assert.Equal(Environment.CurrentDirectory, options.Directory);
        options.MaxMemory = 1000;
        options.MaxMemoryClients = -5;
        Assert.Equal(50, options.MaxMemoryClientsBytes);
    }

    private static string Show(string name, string value)
    {
        Directive directive = DirectiveTable.Find(name)!;
        var options = new ServerOptions();
        Assert.Null(SetAsConfigSetDoes(directive, options, value));
        return directive.Format(options);
    }

    private static string? SetAsConfigSetDoes(Directive directive, ServerOptions options, string value)
    {
        string[] words = directive.TakesMany && value.Length > 0 ? ConfigText.SplitWords(value) : [value];
        return directive.Set(options, words, append: false);
    }

    private static ServerOptions Load(IEnumerable<string> lines)
    {
        var options = new ServerOptions();
        var loader = new ConfigLoader(options);
        loader.LoadText(new StringReader(string.Join('\n', lines)), "test");
        Assert.Empty(loader.Errors);
        return options;
    }
}
