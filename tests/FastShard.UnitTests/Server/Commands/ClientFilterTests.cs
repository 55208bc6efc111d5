using FastShard.Server.Commands;
using Xunit;

namespace FastShard.UnitTests.Server.Commands;

public sealed class ClientFilterTests
{
    private static string? Parse(params string[] options)
    {
        using Request request = new(["client", "list", .. options]);
        return new ClientFilter(ClientFilter.InvalidId).Parse(request.View, 2);
    }

    [Theory]
    [InlineData("ID", "1", "2", "0")]
    [InlineData("id", "1", "type", "normal")]
    [InlineData("NOT-ID", "1", "SKIPME", "yes")]
    [InlineData("MAXAGE", "10", "IDLE", "5")]
    [InlineData("FLAGS", "NT", "NOT-FLAGS", "O")]
    [InlineData("DB", "0", "NOT-DB", "3")]
    [InlineData("USER", "default", "NOT-ADDR", "127.0.0.1:1")]
    [InlineData("LIB-NAME", "x", "NOT-LIB-VER", "1")]
    public void Well_formed(params string[] options) => Assert.Null(Parse(options));

    [Theory]
    [InlineData("ERR syntax error", "ID")]
    [InlineData("ERR Invalid client ID", "ID", "x")]
    [InlineData("ERR Unknown client type 'x'", "TYPE", "x")]
    [InlineData("ERR No such user 'x'", "USER", "x")]
    [InlineData("ERR syntax error", "SKIPME", "perhaps")]
    [InlineData("ERR syntax error", "NOT-SKIPME", "yes")]
    [InlineData("ERR maxage is not an integer or out of range", "MAXAGE", "x")]
    [InlineData("ERR maxage should be greater than 0", "MAXAGE", "0")]
    [InlineData("ERR Unknown flags found in the provided filter: Nq", "FLAGS", "Nq")]
    [InlineData("ERR syntax error", "ID", "1", "x")]
    [InlineData("ERR syntax error", "NONSENSE", "1")]
    public void Malformed(string error, params string[] options) => Assert.Equal(error, Parse(options));
}
