using FastShard.Engine.Commands;
using Xunit;

namespace FastShard.UnitTests.Engine.Commands;

public sealed class ArgumentSyntaxTests
{
    // A tree in one line: name:type, token before, flags behind (? optional, + multiple, ! multiple token), children
    // in {}.
    private static string Print(string syntax) => Print(ArgumentSyntax.Parse(syntax, hasKeys: true));

    private static string Print(IReadOnlyList<Argument> arguments) => string.Join(' ', arguments.Select(Print));

    private static string Print(Argument argument)
    {
        string text = argument.Token is null ? "" : argument.Token + "=";
        text += $"{argument.Name}:{ArgumentTypeNames.Of(argument.Type)}";
        if ((argument.Flags & ArgumentFlags.Optional) != 0) text += "?";
        if ((argument.Flags & ArgumentFlags.Multiple) != 0) text += "+";
        if ((argument.Flags & ArgumentFlags.MultipleToken) != 0) text += "!";
        return argument.Children.Count == 0 ? text : $"{text}{{{Print(argument.Children)}}}";
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("key cursor:integer", "key:key cursor:integer")]
    [InlineData("at:unix-time by:double [MATCH pattern]", "at:unix-time by:double MATCH=pattern:pattern?")]
    [InlineData("ip:port", "ip-port:string")]
    [InlineData("a ... b", "a:string+ b:string")]
    [InlineData("[a ...]", "a:string?+")]
    public void Values(string syntax, string tree) => Assert.Equal(tree, Print(syntax));

    [Theory]
    [InlineData("[NX | XX]", "nx-xx:oneof?{NX=nx:pure-token XX=xx:pure-token}")]
    [InlineData("(LEFT | RIGHT)", "left-right:oneof{LEFT=left:pure-token RIGHT=right:pure-token}")]
    [InlineData("[EX s:integer | KEEPTTL]", "s-keepttl:oneof?{EX=s:integer KEEPTTL=keepttl:pure-token}")]
    [InlineData("TYPE (A | B)", "TYPE=a-b:oneof{A=a:pure-token B=b:pure-token}")]
    [InlineData("(* | id)", "asterisk-id:oneof{*=asterisk:pure-token id:string}")]
    public void Alternatives(string syntax, string tree) => Assert.Equal(tree, Print(syntax));

    [Theory]
    [InlineData("LIMIT offset count", "LIMIT=limit:block{offset:string count:string}")]
    [InlineData("[count [WITHSCORES]]", "count-withscores:block?{count:string WITHSCORES=withscores:pure-token?}")]
    [InlineData("FIELDS n field [field ...]", "FIELDS=fields:block{n:string field:string+}")]
    [InlineData("STREAMS key [key ...] id [id ...]", "STREAMS=streams:block{key:key+ id:string+}")]
    public void Blocks(string syntax, string tree) => Assert.Equal(tree, Print(syntax));

    [Theory]
    [InlineData("numkeys key [key ...]", "numkeys:string key:key+")]
    [InlineData("s m [s m ...]", "s-m:block+{s:string m:string}")]
    [InlineData("[GET pattern [GET pattern ...]]", "GET=pattern:pattern?+!")]
    [InlineData("[ID id [id ...]]", "ID=id:string?+")]
    [InlineData("[key [key ...]]", "key:key?+")]
    public void Repetitions(string syntax, string tree) => Assert.Equal(tree, Print(syntax));

    [Theory]
    [InlineData("[a")]
    [InlineData("a]")]
    [InlineData("(a")]
    [InlineData("a |")]
    [InlineData("[]")]
    [InlineData("...")]
    [InlineData("[a |]")]
    public void Malformed(string syntax) => Assert.Throws<FormatException>(() => Print(syntax));

    [Fact]
    public void Without_keys_a_key_is_a_string() =>
        Assert.Equal(ArgumentType.String, ArgumentSyntax.Parse("key", hasKeys: false)[0].Type);

    [Fact]
    public void Keys_know_their_specification()
    {
        CommandSpec spec = new("X", -4, CommandFlags.Write, null)
        {
            Group = CommandGroup.Generic,
            Since = "1.0.0",
            Complexity = "O(1)",
            Summary = "Test.",
            Syntax = "destkey value key [key ...] [STORE newkey]",
            Keys = [KeySpec.At(1, KeyAccess.Overwrite), KeySpec.Range(3, -1, 1, KeyAccess.ReadOnly)],
        };
        Assert.Equal([0, -1, 1, 1], ArgumentSyntax.Parse(spec).Select(static argument => argument.KeySpecIndex));
    }
}
