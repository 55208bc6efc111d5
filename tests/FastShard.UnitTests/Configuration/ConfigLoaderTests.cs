using System.Collections;
using FastShard.Server.Configuration;
using Xunit;

namespace FastShard.UnitTests.Configuration;

public sealed class ConfigLoaderTests
{
    private readonly ServerOptions _options = new();
    private readonly ConfigLoader _loader;

    public ConfigLoaderTests() => _loader = new ConfigLoader(_options);

    [Fact]
    public void Later_sources_win()
    {
        LoadText("maxmemory 1gb\ntimeout 5\nhz 20\n");
        _loader.LoadEnvironment(new Hashtable { ["FASTSHARD_TIMEOUT"] = "6", ["FASTSHARD_HZ"] = "30", ["PATH"] = "x" });
        _loader.LoadOptions([new ConfigOption("hz", ["40"], "--hz 40")]);
        Assert.Empty(_loader.Errors);
        Assert.Equal(1L << 30, _options.MaxMemory);
        Assert.Equal(6, _options.TimeoutSeconds);
        Assert.Equal(40, _options.Hz);
    }

    [Fact]
    public void Save_lines_add_up_within_a_source_and_not_across()
    {
        LoadText("save 10 1\nsave 20 2\n");
        Assert.Equal([new SavePoint(10, 1), new SavePoint(20, 2)], _options.Save);
        LoadText("save 10 1\nsave \"\"\nsave 30 3\n");
        Assert.Equal([new SavePoint(30, 3)], _options.Save);
        _loader.LoadOptions([new ConfigOption("save", [""], "--save ''")]);
        Assert.Empty(_options.Save);
    }

    [Theory]
    [InlineData("save 10 1 20 2")]
    [InlineData("save \"10 1 20 2\"")]
    [InlineData("SAVE  10\t1 20 2  ")]
    public void A_list_may_be_words_or_one_quoted_text(string line)
    {
        LoadText(line);
        Assert.Equal([new SavePoint(10, 1), new SavePoint(20, 2)], _options.Save);
    }

    [Fact]
    public void Variables_with_spaces_are_lists_where_lists_are_wanted()
    {
        _loader.LoadEnvironment(new Hashtable
        {
            ["FASTSHARD_BIND"] = "10.0.0.1 -::1",
            ["FASTSHARD_REQUIREPASS"] = "two words",
            ["FASTSHARD_SERVER_CPULIST"] = "0-1",
        });
        Assert.Empty(_loader.Errors);
        Assert.Equal(["10.0.0.1", "-::1"], _options.Bind);
        Assert.Equal("two words", _options.RequirePass);
    }

    [Theory]
    [InlineData("foo bar", "unknown directive 'foo'")]
    [InlineData("maxmemroy 1gb", "unknown directive 'maxmemroy', did you mean 'maxmemory'?")]
    [InlineData("maxmemory-polcy noeviction", "unknown directive 'maxmemory-polcy', did you mean 'maxmemory-policy'?")]
    [InlineData("maxmemory abc", "argument must be a memory value")]
    [InlineData("port", "wrong number of arguments")]
    [InlineData("timeout 1 2", "wrong number of arguments")]
    [InlineData("appendonly \"yes", "Unbalanced quotes in configuration line")]
    [InlineData("rename-command a b", "FastShard does not rename commands: remove the line")]
    [InlineData("loadmodule /x.so", "FastShard does not load modules: remove the line")]
    [InlineData("user x on", "FastShard does not take users from its configuration: remove the line, and use "
        + "'requirepass'")]
    [InlineData("include", "wrong number of arguments")]
    public void Tells_place_line_and_reason(string line, string message)
    {
        LoadText("# first\n\n" + line + "\n");
        ConfigError error = Assert.Single(_loader.Errors);
        Assert.Equal($"test:3: '{line}': {message}", error.ToString());
    }

    [Fact]
    public void Gathers_all_errors()
    {
        LoadText("foo 1\nport x\nmaxmemory 5\n");
        _loader.LoadEnvironment(new Hashtable { ["FASTSHARD_MAXMEMROY"] = "1" });
        _loader.LoadOptions([new ConfigOption("prot", ["1"], "--prot 1")]);
        Assert.Equal(
        [
            "test:1: 'foo 1': unknown directive 'foo'",
            "test:2: 'port x': argument couldn't be parsed into an integer",
            "environment: 'FASTSHARD_MAXMEMROY': unknown variable, did you mean 'FASTSHARD_MAXMEMORY'?",
            "command line: '--prot 1': unknown option '--prot', did you mean '--port'?",
        ], _loader.Errors.Select(static error => error.ToString()));
        Assert.Equal(5, _options.MaxMemory);
    }

    [Fact]
    public void Errors_do_not_tell_secrets()
    {
        LoadText("requirepass very secret\n");
        _loader.LoadEnvironment(new Hashtable { ["FASTSHARD_REQUIREPASS"] = "x" });
        Assert.DoesNotContain("secret", Assert.Single(_loader.Errors).ToString());
    }

    [Fact]
    public void Daemonize_is_judged_after_all_sources()
    {
        LoadText("daemonize yes\n");
        _loader.LoadOptions([new ConfigOption("daemonize", ["no"], "--daemonize no")]);
        _loader.Finish();
        Assert.Empty(_loader.Errors);

        LoadText("daemonize yes\n");
        _loader.Finish();
        Assert.StartsWith("test:1: 'daemonize yes': FastShard stays in the foreground",
            Assert.Single(_loader.Errors).ToString());
    }

    [Fact]
    public void Includes_files_and_patterns_in_place()
    {
        using var folder = new TemporaryFolder();
        folder.Write("one.conf", "timeout 1\nhz 21\n");
        folder.Write("b.part", "maxclients 2\n");
        folder.Write("a.part", "maxclients 1\n");
        string main = folder.Write("main.conf",
            $"timeout 9\ninclude \"{folder.Path}/one.conf\"\nhz 22\ninclude {folder.Path}/*.part\n"
            + $"include {folder.Path}/*.none\n");
        _loader.LoadFile(main);
        Assert.Empty(_loader.Errors);
        Assert.Equal((1, 22, 2), (_options.TimeoutSeconds, _options.Hz, _options.MaxClients));
    }

    [Fact]
    public void Errors_in_included_files_name_those_files()
    {
        using var folder = new TemporaryFolder();
        string part = folder.Write("part.conf", "\nbad 1\n");
        _loader.LoadFile(folder.Write("main.conf", $"include {part}\ninclude {folder.Path}/missing.conf\n"));
        Assert.Equal($"{part}:2: 'bad 1': unknown directive 'bad'", _loader.Errors[0].ToString());
        Assert.StartsWith($"{folder.Path}/main.conf:2: 'include ", _loader.Errors[1].ToString());
        Assert.Contains("can't open the configuration file", _loader.Errors[1].Message);
    }

    [Fact]
    public void A_file_that_includes_itself_is_an_error()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "loop.conf");
        _loader.LoadFile(folder.Write("loop.conf", $"include {path}\n"));
        Assert.Contains("too deeply", Assert.Single(_loader.Errors).Message);
    }

    [Fact]
    public void A_missing_file_is_an_error()
    {
        _loader.LoadFile("/no/such/file.conf");
        Assert.StartsWith("/no/such/file.conf: can't open", Assert.Single(_loader.Errors).ToString());
    }

    private void LoadText(string text) => _loader.LoadText(new StringReader(text), "test");
}
