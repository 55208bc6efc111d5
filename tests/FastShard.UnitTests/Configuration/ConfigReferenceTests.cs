using FastShard.Server.Configuration;
using Xunit;

namespace FastShard.UnitTests.Configuration;

public sealed class ConfigReferenceTests
{
    [Fact]
    public void The_example_file_is_what_the_table_says() =>
        AssertPrinted("fastshard.conf", "--print-config-example", ConfigReference.WriteExample);

    [Fact]
    public void The_reference_is_what_the_table_says() =>
        AssertPrinted("docs/configuration.md", "--print-config-reference", ConfigReference.WriteMarkdown);

    [Fact]
    public void The_example_holds_every_default()
    {
        var text = new StringWriter();
        ConfigReference.WriteExample(text);
        IEnumerable<string> lines = text.ToString().Split('\n')
            .Where(static line => line.StartsWith("# ", StringComparison.Ordinal))
            .Select(static line => line[2..])
            .Where(static line => DirectiveTable.AllNames.Contains(line.Split(' ')[0]));
        var options = new ServerOptions();
        var loader = new ConfigLoader(options);
        loader.LoadText(new StringReader(string.Join('\n', lines)), "example");
        Assert.Empty(loader.Errors);
        Assert.All(DirectiveTable.All, directive => Assert.True(directive.IsDefault(options), directive.Name));
    }

    private static void AssertPrinted(string file, string option, Action<TextWriter> write)
    {
        var printed = new StringWriter();
        write(printed);
        bool same = File.ReadAllText(Path.Combine(Root(), file)) == printed.ToString();
        Assert.True(same, $"Run 'fastshard {option} > {file}' and commit the result.");
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "FastShard.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
