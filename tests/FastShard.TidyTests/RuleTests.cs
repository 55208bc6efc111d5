using Xunit;

namespace FastShard.TidyTests;

/// <summary>
/// A check that was never seen to fail proves nothing: each rule meets code that breaks it, and code that does not.
/// </summary>
public sealed class RuleTests
{
    [Theory]
    [InlineData(70, 0)]
    [InlineData(71, 1)]
    public void A_function_may_have_seventy_lines(int lines, int findings)
    {
        string body = string.Concat(Enumerable.Repeat("    ;\n", lines - 3));
        Assert.Equal(findings, CodeRules.LongFunctions(Source($"class A\n{{\nvoid F()\n{{\n{body}}}\n}}")).Count());
    }

    [Fact]
    public void A_marked_table_may_be_longer()
    {
        string body = string.Concat(Enumerable.Repeat("    ;\n", 200));
        Assert.Empty(CodeRules.LongFunctions(Source($"class A\n{{\n// tidy: table\nvoid F()\n{{\n{body}}}\n}}")));
    }

    [Theory]
    [InlineData("class SlotManager;", 1)]
    [InlineData("struct KeyData;", 1)]
    [InlineData("class A { class ReplyHelper; }", 1)]
    [InlineData("class Database;", 0)]
    public void Banned_endings_are_found(string code, int findings) =>
        Assert.Equal(findings, CodeRules.BannedTypeNames(Source(code)).Count());

    [Theory]
    [InlineData("class Sample;", 0)]
    [InlineData("class Sample<T>; delegate void Done();", 0)]
    [InlineData("class Sample; enum Kind { A }", 0)]
    [InlineData("class Other;", 2)]
    [InlineData("class Sample; class Other;", 1)]
    public void Types_live_in_files_of_their_name(string code, int findings) =>
        Assert.Equal(findings, CodeRules.MisplacedTypes(Source(code)).Count());

    [Theory]
    [InlineData("public class A { public unsafe void F() { } }", 1)]
    [InlineData("public unsafe class A { public byte* F; }", 1)]
    [InlineData("public unsafe class A { public int F; }", 0)]
    [InlineData("public unsafe class A { private byte* F; }", 0)]
    [InlineData("public unsafe class A { /// SAFETY: p is ours.\npublic byte* F; }", 0)]
    [InlineData("// SAFETY: only blittable calls.\npublic unsafe class A { public void F(byte* p) { } }", 0)]
    public void Unexplained_pointers_are_found(string code, int findings) =>
        Assert.Equal(findings, CodeRules.UnexplainedUnsafe(Source(code)).Count());

    [Theory]
    [InlineData("class A { void F() { lock (this) { } } }", 1)]
    [InlineData("class A { async Task F() { await G(); } }", 2)]
    [InlineData("class A { void F() {\n// tidy: cold because it runs once at start\nlock (this) { } } }", 0)]
    [InlineData("class A { string s = \"lock await\"; /* async */ }", 0)]
    public void Waiting_is_found(string code, int findings) =>
        Assert.Equal(findings, CodeRules.Waiting(Source(code)).Count());

    [Theory]
    [InlineData("ok\n", 0)]
    [InlineData("space \n", 1)]
    [InlineData("return\r\n", 1)]
    [InlineData("a\ttab\n", 1)]
    [InlineData("no newline", 1)]
    public void Stray_white_space_is_found(string text, int findings) =>
        Assert.Equal(findings, FileRules.StrayWhitespaceIn("a.cs", text).Count());

    [Fact]
    public void Unfinished_marks_are_found_as_words()
    {
        Assert.Single(FileRules.UnfinishedMarksIn("a.cs", "// TO" + "DO: later\n"));
        Assert.Empty(FileRules.UnfinishedMarksIn("a.cs", "MASTO" + "DON\n"));
    }

    [Fact]
    public void Long_lines_and_long_files_are_found()
    {
        Assert.Single(FileRules.LongLinesIn("a.cs", new string('x', 121)));
        Assert.Empty(FileRules.LongLinesIn("a.cs", new string('x', 120)));
        Assert.True(FileRules.IsTooLong("src/A.cs", 601));
        Assert.False(FileRules.IsTooLong("tests/A.cs", 601));
    }

    [Fact]
    public void Dead_links_are_found()
    {
        const string Text = "see [the plan](docs/nowhere.md#top) and [x](https://a)";
        string link = Assert.Single(DocumentLinks.In("README.md", Text));
        Assert.False(DocumentLinks.Leads("README.md", link));
        Assert.True(DocumentLinks.Leads("README.md", "FastShard.sln"));
    }

    private static SourceFile Source(string code) => Repository.ParseText("src/FastShard.Engine/Sample.cs", code);
}
