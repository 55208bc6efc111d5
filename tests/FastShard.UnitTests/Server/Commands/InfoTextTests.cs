using FastShard.Server.Commands;
using Xunit;

namespace FastShard.UnitTests.Server.Commands;

public sealed class InfoTextTests
{
    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1023, "1023B")]
    [InlineData(1024, "1.00K")]
    [InlineData(1212696, "1.16M")]
    [InlineData(25325268992, "23.59G")]
    [InlineData(1L << 41, "2.00T")]
    public void Bytes_for_people(long bytes, string text) => Assert.Equal(text, InfoText.Human(bytes));

    [Fact]
    public void Sections_are_separated()
    {
        InfoText text = new();
        text.Section("One");
        text.Field("a", 1);
        text.Field("ratio", 1.5, digits: 2);
        text.Section("Two");
        text.Bytes("b", 2048);
        Assert.Equal("# One\r\na:1\r\nratio:1.50\r\n\r\n# Two\r\nb:2048\r\nb_human:2.00K\r\n", text.ToString());
    }
}
