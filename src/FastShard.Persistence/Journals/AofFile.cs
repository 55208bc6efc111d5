namespace FastShard.Persistence.Journals;

/// <summary>One line of a manifest.</summary>
public sealed record AofFile(string Name, long Sequence, AofFileKind Kind)
{
    /// <summary>Whether it holds a snapshot and not commands, as far as its name tells.</summary>
    public bool IsSnapshot => Name.EndsWith(".rdb", StringComparison.Ordinal);
}
