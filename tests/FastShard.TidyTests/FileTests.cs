using System.Text.RegularExpressions;
using Xunit;

namespace FastShard.TidyTests;

public sealed partial class FileTests
{
    private static readonly string[] CodeFolders = ["src", "tests", "bench", "tools"];

    [Fact]
    public void Files_stay_short()
    {
        Findings.AssertNone(
            $"Cut the file by meaning into another type (limit: {FileRules.ProductFileLinesMax} lines in src, " +
            $"{FileRules.TestFileLinesMax} elsewhere).",
            from file in Repository.Sources
            where FileRules.IsTooLong(file.Path, file.Lines.Length)
            select $"{file.Path}: {file.Lines.Length} lines");
    }

    [Fact]
    public void Lines_fit_the_page()
    {
        Findings.AssertNone(
            $"Break the line: {FileRules.LineColumnsMax} columns at most.",
            Repository.TextFiles(CodeFolders)
                .Where(path => Path.GetExtension(path) is ".cs" or ".sh" or ".py" or ".cjs")
                .SelectMany(path => FileRules.LongLinesIn(path, Repository.Read(path))));
    }

    [Fact]
    public void No_stray_white_space()
    {
        Findings.AssertNone(
            "Remove it (an editor that reads .editorconfig does so on saving).",
            Repository.TextFiles([.. CodeFolders, "docs"])
                .Where(path => !path.StartsWith("bench/results/") && !path.Contains("/Transcripts/"))
                .SelectMany(path => FileRules.StrayWhitespaceIn(path, Repository.Read(path))));
    }

    [Fact]
    public void Nothing_is_left_unfinished()
    {
        Findings.AssertNone(
            "Finish it now, or describe the limit in words where its reader meets it.",
            Repository.TextFiles(CodeFolders)
                .SelectMany(path => FileRules.UnfinishedMarksIn(path, Repository.Read(path))));
    }

    [Fact]
    public void No_test_is_switched_off()
    {
        Findings.AssertNone(
            "A test that is skipped is no test: repair it or delete it.",
            from file in Repository.Sources
            where !file.IsProduct
            from line in FileRules.Lines(string.Join('\n', file.Lines))
            where SwitchedOff().IsMatch(line.Text)
            select $"{file.Path}:{line.Number}");
    }

    [GeneratedRegex(@"\[(Fact|Theory|InlineData|MemberData)\(.*\bSkip\s*=")]
    private static partial Regex SwitchedOff();
}
