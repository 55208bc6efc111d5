namespace FastShard.Engine.Commands;

/// <summary>
/// One node of a command's argument tree, as COMMAND DOCS describes it. Made by <see cref="ArgumentSyntax"/>.
/// </summary>
public sealed record Argument(string Name, ArgumentType Type)
{
    private static readonly Argument[] NoChildren = [];

    /// <summary>The word that stands before the value (or is the whole argument, for a pure token).</summary>
    public string? Token { get; init; }

    public ArgumentFlags Flags { get; init; }

    /// <summary>Which of the command's key specifications finds this key; -1 when it is no key.</summary>
    public int KeySpecIndex { get; init; } = -1;

    /// <summary>Alternatives of a oneof, parts of a block.</summary>
    public IReadOnlyList<Argument> Children { get; init; } = NoChildren;

    /// <summary>True when both describe the same words: how "key [key ...]" is known to be one argument.</summary>
    internal bool IsSameShape(Argument other)
    {
        if (Name != other.Name || Type != other.Type || Token != other.Token) return false;
        if (Children.Count != other.Children.Count) return false;
        for (int index = 0; index < Children.Count; index++)
        {
            if (!Children[index].IsSameShape(other.Children[index])) return false;
        }
        return true;
    }
}
