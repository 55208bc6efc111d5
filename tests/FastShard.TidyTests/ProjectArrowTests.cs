using Microsoft.CodeAnalysis.CSharp.Syntax;
using Xunit;

namespace FastShard.TidyTests;

/// <summary>Layers point one way. A project that is new, or an arrow that is new, is named here on purpose.</summary>
public sealed class ProjectArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Native"] = [],
        ["Memory"] = ["Native"],
        ["Protocol"] = ["Memory", "Native"],
        ["Engine"] = ["Protocol", "Memory", "Native"],
        ["Persistence"] = ["Engine", "Protocol", "Memory", "Native"],
        ["Replication"] = ["Protocol", "Memory", "Native"],
        ["Cluster"] = ["Protocol", "Memory", "Native"],
        ["Transport"] = ["Native"],
        ["Server"] =
            ["Cluster", "Replication", "Persistence", "Engine", "Transport", "Protocol", "Memory", "Native"],
    };

    private static readonly string[] MayBeUnsafe = ["Native", "Memory"];

    private static readonly string[] BannedLists =
        ["BannedSymbols.txt", "BannedSymbols.Rooms.txt", "BannedSymbols.Safe.txt"];

    [Fact]
    public void Projects_refer_only_to_the_layers_below_them()
    {
        Findings.AssertNone(
            "Layers point one way (Server -> Persistence -> Engine -> Protocol -> Memory -> Native; " +
            "Server -> {Replication, Cluster} -> Protocol; Server -> Transport). Move the " +
            "code to the layer that may know it, or pass it in as a value; a new layer is added to this test and to " +
            "ARCHITECTURE.md.",
            from project in ProjectRules.InProduct()
            from arrow in project.Arrows
            where !Allowed.TryGetValue(project.Name, out string[]? below) || !below.Contains(arrow)
            select $"{project.Name} -> {arrow}");
    }

    [Fact]
    public void Every_project_of_src_has_its_place_in_the_layers()
    {
        Findings.AssertNone(
            "Say in this test which layers the project may refer to, and draw it in ARCHITECTURE.md.",
            ProjectRules.InProduct().Select(project => project.Name).Where(name => !Allowed.ContainsKey(name)));
    }

    [Fact]
    public void Unsafe_code_is_allowed_in_native_and_memory_only()
    {
        Findings.AssertNone(
            "Remove AllowUnsafeBlocks and put the operation into FastShard.Native or FastShard.Memory behind a span.",
            ProjectRules.InProduct()
                .Where(project => project.AllowsUnsafe && !MayBeUnsafe.Contains(project.Name))
                .Select(project => project.Name));
        Assert.Contains("<AllowUnsafeBlocks>false</AllowUnsafeBlocks>", Repository.Read("src/Directory.Build.props"));
    }

    [Fact]
    public void Namespaces_of_src_begin_with_their_project()
    {
        Findings.AssertNone(
            "A namespace tells where its file is: begin it with the project's name.",
            from file in Repository.ProductSources
            from space in file.Unit.Members.OfType<BaseNamespaceDeclarationSyntax>()
            where !(space.Name + ".").StartsWith($"FastShard.{file.Project}.", StringComparison.Ordinal)
            select $"{file.Path}: {space.Name}");
    }

    [Fact]
    public void Banned_names_are_wired_into_every_project_of_src()
    {
        string props = Repository.Read("src/Directory.Build.props");
        Findings.AssertNone(
            "src/Directory.Build.props must hand this list to the BannedApiAnalyzers package.",
            BannedLists
                .Where(list => !props.Contains(list) || !Repository.Exists(list)));
        Assert.Contains("Microsoft.CodeAnalysis.BannedApiAnalyzers", props);
    }
}
