using FastShard.Engine.Commands;
using FastShard.Server;
using FastShard.Server.Commands;
using Xunit;

namespace FastShard.UnitTests.Server.Commands;

public sealed class ContainerHelpTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("key [SAMPLES count:integer]", "<key> [SAMPLES <count>]")]
    [InlineData("(ON | OFF)", "(ON | OFF)")]
    [InlineData("[event [event ...]]", "[<event> [<event> ...]]")]
    public void Usages(string syntax, string usage) => Assert.Equal(usage, ContainerHelp.Usage(syntax));

    [Fact]
    public void Help_names_every_subcommand_and_itself_last()
    {
        CommandSpec client = ServerCommands.BuildTable().Find("client"u8)!;
        List<string> lines = ContainerHelp.Lines(client);
        Assert.Equal("CLIENT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:", lines[0]);
        Assert.All(client.Subcommands, spec => Assert.Contains(lines, line => line.Split(' ')[0] == spec.Name));
        Assert.Equal(["HELP", "    Prints this help."], lines[^2..]);
        Assert.All(lines, static line => Assert.InRange(line.Length, 1, 130));
    }
}
