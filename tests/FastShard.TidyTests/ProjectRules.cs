using System.Xml.Linq;

namespace FastShard.TidyTests;

/// <summary>What one .csproj says: its arrows and whether it turns unsafe code on.</summary>
internal sealed class ProjectRules
{
    private ProjectRules(string name, XDocument project)
    {
        Name = name;
        Arrows =
        [
            .. project.Descendants("ProjectReference")
                .Select(reference => reference.Attribute("Include")?.Value ?? "")
                .Select(path => Short(Path.GetFileNameWithoutExtension(path.Replace('\\', '/')))),
        ];
        AllowsUnsafe = project.Descendants("AllowUnsafeBlocks").Any(element => element.Value == "true");
    }

    /// <summary>Without the FastShard prefix: "Engine".</summary>
    public string Name { get; }

    public IReadOnlyList<string> Arrows { get; }

    public bool AllowsUnsafe { get; }

    public static IEnumerable<ProjectRules> InProduct() =>
        Repository.TextFiles("src")
            .Where(path => path.EndsWith(".csproj"))
            .Select(path => new ProjectRules(
                Short(Path.GetFileNameWithoutExtension(path)), XDocument.Parse(Repository.Read(path))));

    private static string Short(string project) => project.Replace("FastShard.", "");
}
