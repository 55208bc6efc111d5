using System.Collections;
using System.Text;
using FastShard.Server.CommandLine;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;
using Xunit;

namespace FastShard.UnitTests.Configuration;

public sealed class LaunchTests
{
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();
    private readonly Hashtable _variables = [];
    private int _exitCode;

    [Fact]
    public void Options_take_values_until_the_next()
    {
        ServerOptions options = Prepare("", "--bind", "127.0.0.1", "::1", "--maxmemory=2gb", "--save", "",
            "--slowlog-log-slower-than", "-1", "--requirepass=--x", "--loglevel", "debug")!.Options;
        Assert.Equal(["127.0.0.1", "::1"], options.Bind);
        Assert.Equal(2L << 30, options.MaxMemory);
        Assert.Empty(options.Save);
        Assert.Equal(-1, options.SlowlogLogSlowerThanMicros);
        Assert.Equal("--x", options.RequirePass);
        Assert.Equal(LogLevel.Debug, options.LogLevel);
    }

    [Fact]
    public void The_file_comes_first_and_options_win()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("x.conf", "hz 20\ntimeout 5\n");
        _variables["FASTSHARD_TIMEOUT"] = "6";
        ConfigStore store = Prepare("", path, "--hz", "30")!;
        Assert.Equal((30, 6, path), (store.Options.Hz, store.Options.TimeoutSeconds, store.FilePath));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("--timeout", "5", "-")]
    public void A_dash_reads_standard_input(params string[] arguments)
    {
        ConfigStore store = Prepare("hz 20\n", arguments)!;
        Assert.Equal(20, store.Options.Hz);
        Assert.Null(store.FilePath);
    }

    [Theory]
    [InlineData("command line: '--foo 1': unknown option '--foo'", "--foo", "1")]
    [InlineData("command line: '--prot=5': unknown option '--prot', did you mean '--port'?", "--prot=5")]
    [InlineData("command line: '--chek-config': unknown option '--chek-config', did you mean '--check-config'?",
        "--chek-config")]
    [InlineData("command line: '--port': wrong number of arguments", "--port")]
    [InlineData("command line: '--port=1': --name=value takes one value, and '2' follows", "--port=1", "2")]
    [InlineData("command line: '-x': unknown option; options begin with --, see --help", "-x")]
    [InlineData("command line: 'b.conf': unexpected argument: the configuration file comes first, and only one",
        "-", "b.conf")]
    public void Refuses_what_it_does_not_understand(string error, params string[] arguments)
    {
        Assert.Null(Prepare("", arguments));
        Assert.Equal(1, _exitCode);
        Assert.Equal($"*** FATAL CONFIG FILE ERROR (FastShard {Launch.Version}) *** {error}\n", _error.ToString());
    }

    [Fact]
    public void Checks_a_configuration_without_starting()
    {
        Assert.Null(Prepare("hz 20\nrepl-disable-tcp-nodelay yes\n", "-", "--check-config"));
        Assert.Equal(0, _exitCode);
        Assert.EndsWith("OK\n", _output.ToString());
        Assert.Contains("'repl-disable-tcp-nodelay'", _output.ToString());
        Assert.DoesNotContain("'hz'", _output.ToString());

        Assert.Null(Prepare("hx 20\nport x\n", "--check-config", "-"));
        Assert.Equal(1, _exitCode);
        Assert.Equal("standard input:1: 'hx 20': unknown directive 'hx', did you mean 'hz'?\n"
            + "standard input:2: 'port x': argument couldn't be parsed into an integer\n", _error.ToString());
    }

    [Theory]
    [InlineData("--help", "--maxmemory-policy noeviction")]
    [InlineData("-h", "Usage: fastshard")]
    [InlineData("--version", "FastShard v=0.1.0 ")]
    [InlineData("-v", "FastShard v=0.1.0 ")]
    [InlineData("--print-config-example", "# port 6379\n")]
    [InlineData("--print-config-reference", "| `port` | `6379` |")]
    public void Answers_questions(string question, string answer)
    {
        Assert.Null(Prepare("", question));
        Assert.Equal(0, _exitCode);
        Assert.Contains(answer, _output.ToString());
    }

    /// <summary>Directives that a stock configuration sets, in its spelling.</summary>
    [Fact]
    public void A_configuration_of_redis_loads()
    {
        const string Text =
            """
            bind 127.0.0.1 -::1
            port 6379
            unixsocketperm 700
            loglevel notice
            proc-title-template "{title} {listen-addr} {server-mode}"
            save 3600 1 300 100 60 10000
            repl-diskless-sync yes
            oom-score-adj-values 0 200 800
            appenddirname "appendonlydir"
            auto-aof-rewrite-min-size 64mb
            notify-keyspace-events ""
            hash-max-listpack-entries 512
            client-output-buffer-limit normal 0 0 0
            client-output-buffer-limit replica 256mb 64mb 60
            client-output-buffer-limit pubsub 32mb 8mb 60
            jemalloc-bg-thread yes
            """;
        ConfigStore store = Prepare(Text, "-")!;
        Assert.Empty(store.Warnings());
        Assert.Equal(512, store.Options.HashMaxListpackEntries);
        Assert.Equal(OutputBufferLimits.Default, store.Options.ClientOutputBufferLimit);
    }

    private ConfigStore? Prepare(string input, params string[] arguments)
    {
        _output.Clear();
        _error.Clear();
        var console = new LaunchConsole(
            new StringReader(input), new StringWriter(_output), new StringWriter(_error), _variables);
        return Launch.Prepare(arguments, console, out _exitCode);
    }
}
