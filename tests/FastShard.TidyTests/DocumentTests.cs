using Xunit;

namespace FastShard.TidyTests;

public sealed class DocumentTests
{
    private const int ProjectReadmeLinesMin = 6;
    private const int ProjectReadmeLinesMax = 25;

    [Theory]
    [InlineData("README.md", "what this is, how to run it, what it reaches")]
    [InlineData("ARCHITECTURE.md", "threads, rooms, a walk of one request, glossary, where to find things")]
    [InlineData("CONTRIBUTING.md", "the rules with their reasons and checks, and the commands")]
    [InlineData("LICENSE", "the licence")]
    [InlineData("bench/README.md", "how to run the benchmarks and how to read them")]
    public void The_documents_of_the_house_exist(string path, string content) =>
        Assert.True(Repository.Exists(path), $"Write {path}: {content}.");

    [Fact]
    public void Every_project_of_src_introduces_itself()
    {
        Findings.AssertNone(
            $"Write the project's README.md, {ProjectReadmeLinesMin} to {ProjectReadmeLinesMax} lines: what it is, " +
            "what it may use, what it must never know, where to start reading.",
            Repository.ProductProjects().Where(project => !IntroducesItself($"src/{project}/README.md")));
    }

    [Fact]
    public void Decisions_are_numbered_once()
    {
        Findings.AssertNone(
            "Give the decision the next free number.",
            Repository.TextFiles("docs/decisions")
                .GroupBy(path => Path.GetFileName(path).Split('-')[0])
                .Where(group => group.Count() > 1)
                .Select(group => string.Join(" and ", group)));
    }

    [Fact]
    public void Links_between_documents_lead_somewhere()
    {
        Findings.AssertNone(
            "Repair or remove the link.",
            from document in DocumentLinks.Documents()
            from link in DocumentLinks.In(document, Repository.Read(document))
            where !DocumentLinks.Leads(document, link)
            select $"{document}: {link}");
    }

    private static bool IntroducesItself(string path) =>
        Repository.Exists(path)
        && Repository.Read(path).Split('\n').Length is >= ProjectReadmeLinesMin and <= ProjectReadmeLinesMax
        && Repository.Read(path).Contains("never", StringComparison.OrdinalIgnoreCase);
}
