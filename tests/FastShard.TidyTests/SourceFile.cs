using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastShard.TidyTests;

/// <summary>One C# file, as text and as the compiler's own parser sees it.</summary>
internal sealed class SourceFile(string path, string text, CompilationUnitSyntax unit)
{
    /// <summary>From the repository's root, with forward slashes.</summary>
    public string Path { get; } = path;

    public string[] Lines { get; } = text.Split('\n');

    public CompilationUnitSyntax Unit { get; } = unit;

    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);

    /// <summary>"Engine" for src/FastShard.Engine/...</summary>
    public string Project => Path.Split('/')[1].Replace("FastShard.", "");

    public IEnumerable<MemberDeclarationSyntax> TopLevelTypes =>
        Unit.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    /// <summary>One-based, for messages that an editor can follow.</summary>
    public static int LineOf(SyntaxToken token) => token.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    public string At(SyntaxToken token) => $"{Path}:{LineOf(token)}";

    /// <summary>Whether the comment line above the token carries the mark, as in "// tidy: table".</summary>
    public bool IsMarked(SyntaxToken token, string mark)
    {
        int above = LineOf(token) - 2;
        return above >= 0 && Lines[above].TrimStart().StartsWith("// tidy: " + mark, StringComparison.Ordinal);
    }
}
