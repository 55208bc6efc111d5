using System.Text.RegularExpressions;

namespace FastShard.TidyTests;

/// <summary>The links of the Markdown documents that point into this repository.</summary>
internal static partial class DocumentLinks
{
    public static IEnumerable<string> Documents() =>
        Repository.TextFiles("src", "docs", "bench", "tests")
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md").Select(path => Path.GetFileName(path)))
            .Where(path => path.EndsWith(".md"));

    public static IEnumerable<string> In(string document, string text) =>
        Link().Matches(text)
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://") && !target.StartsWith('#') && !target.StartsWith("mailto:"));

    public static bool Leads(string document, string link)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, document))!;
        string target = Path.Combine(folder, link.Split('#')[0]);
        return File.Exists(target) || Directory.Exists(target);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
