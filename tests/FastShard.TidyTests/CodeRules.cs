using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FastShard.TidyTests;

/// <summary>
/// The rules on one parsed file. Each yields places, so that a test of the rule can feed it bad code.
/// </summary>
internal static class CodeRules
{
    public const int FunctionLinesMax = 70;
    public const int CompanionLinesMax = 20;

    private static readonly string[] BannedEndings =
        ["Manager", "Helper", "Helpers", "Utils", "Util", "Common", "Wrapper", "Base", "Impl", "Data"];

    public static IEnumerable<string> LongFunctions(SourceFile file)
    {
        foreach (SyntaxNode node in file.Unit.DescendantNodes())
        {
            if (FunctionName(node) is not { } name) continue;
            int first = SourceFile.LineOf(name);
            int last = node.GetLocation().GetLineSpan().EndLinePosition.Line + 1;
            bool exempt = file.IsMarked(name, "table") || file.IsMarked(node.GetFirstToken(), "table");
            if (last - first + 1 > FunctionLinesMax && !exempt)
            {
                yield return $"{file.Path}:{first}: {name.ValueText} has {last - first + 1} lines";
            }
        }
    }

    public static IEnumerable<string> BannedTypeNames(SourceFile file) =>
        from type in file.Unit.DescendantNodes().OfType<MemberDeclarationSyntax>()
        let name = TypeName(type)
        where name is not null && BannedEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal))
        select $"{file.Path}: {name}";

    /// <summary>
    /// One top-level type a file, named like the file. A delegate, or an enum of a few lines, may stand beside the
    /// only type that uses it; a partial type may add its aspect to the name (Libc.Epoll.cs).
    /// </summary>
    public static IEnumerable<string> MisplacedTypes(SourceFile file)
    {
        string stem = Path.GetFileNameWithoutExtension(file.Path).Split('.')[0];
        MemberDeclarationSyntax[] types = [.. file.TopLevelTypes];
        if (types.Length > 0 && !types.Any(type => TypeName(type) == stem))
        {
            yield return $"{file.Path}: no type of it is called {stem}";
        }

        foreach (MemberDeclarationSyntax type in types)
        {
            if (TypeName(type) != stem && !IsCompanion(type)) yield return $"{file.Path}: {TypeName(type)}";
        }
    }

    /// <summary>Public members with pointers in their signature that do not say why they are safe.</summary>
    public static IEnumerable<string> UnexplainedUnsafe(SourceFile file) =>
        from member in file.Unit.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseFieldDeclarationSyntax
        where IsVisible(member) && IsUnsafe(member)
        where !Explains(member) && !member.Ancestors().OfType<BaseTypeDeclarationSyntax>().Any(Explains)
        select $"{file.At(member.GetFirstToken())}: {member.ToString().Split('\n')[0].Trim()}";

    /// <summary>Locks and asynchronous functions, which have no place where a shard runs.</summary>
    public static IEnumerable<string> Waiting(SourceFile file) =>
        from token in file.Unit.DescendantTokens()
        where token.Kind() is SyntaxKind.LockKeyword or SyntaxKind.AsyncKeyword or SyntaxKind.AwaitKeyword
        where !file.IsMarked(token, "cold because ")
        select $"{file.At(token)}: {token.ValueText}";

    private static SyntaxToken? FunctionName(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier,
        ConstructorDeclarationSyntax constructor => constructor.Identifier,
        OperatorDeclarationSyntax @operator => @operator.OperatorToken,
        LocalFunctionStatementSyntax local => local.Identifier,
        AccessorDeclarationSyntax accessor => accessor.Keyword,
        PropertyDeclarationSyntax { ExpressionBody: not null } property => property.Identifier,
        _ => null,
    };

    private static string? TypeName(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax named => named.Identifier.ValueText,
        DelegateDeclarationSyntax @delegate => @delegate.Identifier.ValueText,
        _ => null,
    };

    private static bool IsCompanion(MemberDeclarationSyntax type)
    {
        FileLinePositionSpan span = type.GetLocation().GetLineSpan();
        int lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
        return type is DelegateDeclarationSyntax || (type is EnumDeclarationSyntax && lines <= CompanionLinesMax);
    }

    private static bool IsVisible(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.PublicKeyword)
        && member.Ancestors().OfType<BaseTypeDeclarationSyntax>()
            .All(type => !type.Modifiers.Any(SyntaxKind.PrivateKeyword));

    private static bool IsUnsafe(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.UnsafeKeyword)
        || member.DescendantNodes(node => node is not BlockSyntax and not ArrowExpressionClauseSyntax)
            .Any(node => node is PointerTypeSyntax or FunctionPointerTypeSyntax);

    private static bool Explains(MemberDeclarationSyntax member) =>
        member.GetLeadingTrivia().ToFullString().Contains("SAFETY:", StringComparison.Ordinal);
}
