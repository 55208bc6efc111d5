using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastShard.TidyTests;

/// <summary>The checked-out tree: its text files, its projects and its parsed sources.</summary>
internal static partial class Repository
{
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".targets", ".sh", ".py", ".cjs", ".md", ".txt", ".json", ".yml", ".sln"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file of src and tests, parsed once.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
        [.. TextFiles("src", "tests", "bench", "tools").Where(path => path.EndsWith(".cs")).Select(Parse)];

    public static IEnumerable<SourceFile> ProductSources => Sources.Where(file => file.IsProduct);

    /// <summary>Paths from the root, with forward slashes, of the text files below the folders.</summary>
    public static IEnumerable<string> TextFiles(params string[] folders) =>
        folders
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !BuildOutput().IsMatch(path) && TextEndings.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public static bool Exists(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>The names of the projects in src: "FastShard.Native" and so on.</summary>
    public static IEnumerable<string> ProductProjects() =>
        TextFiles("src").Where(path => path.EndsWith(".csproj")).Select(path => Path.GetFileNameWithoutExtension(path));

    public static SourceFile ParseText(string path, string text)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, preprocessorSymbols: ["DEBUG", "CHECKED"]);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, options, path);
        return new SourceFile(path, text, (CompilationUnitSyntax)tree.GetRoot());
    }

    private static SourceFile Parse(string path) => ParseText(path, Read(path));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FastShard.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("FastShard.sln is in no folder above the tests");
    }

    [GeneratedRegex(@"(^|/)(bin|obj|out|TestResults|node_modules|BenchmarkDotNet\.Artifacts)/")]
    private static partial Regex BuildOutput();
}
