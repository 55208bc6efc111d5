namespace FastShard.Engine.Commands;

/// <summary>
/// Where the keys are among a command's arguments: Redis's key specifications. The search begins at a fixed index or
/// after a keyword; then come either a range (last, step, limit) or a count argument followed by that many keys.
/// </summary>
public sealed class KeySpec
{
    private KeySpec()
    {
    }

    /// <summary>First key (or the index where the search begins), counted from the command name = 0.</summary>
    public int Begin { get; private init; }

    /// <summary>The keyword the keys follow, or null when they begin at <see cref="Begin"/>.</summary>
    public string? Keyword { get; private init; }

    /// <summary>Range: last key relative to the first; negative counts from the last argument (-1).</summary>
    public int Last { get; private init; }

    /// <summary>Range: distance from one key to the next.</summary>
    public int Step { get; private init; } = 1;

    /// <summary>
    /// Range with a negative last: only the first 1/limit of the arguments are keys (XREAD); 0 or 1 = all.
    /// </summary>
    public int Limit { get; private init; }

    /// <summary>Key count: the keys' number stands in the argument at <see cref="Begin"/>, keys follow it.</summary>
    public bool IsCounted { get; private init; }

    /// <summary>What is done to the keys.</summary>
    public KeyAccess Access { get; private init; }

    /// <summary>One key at a fixed place.</summary>
    public static KeySpec At(int index, KeyAccess access) => new() { Begin = index, Access = access };

    /// <summary>
    /// Keys from <paramref name="first"/> to <paramref name="last"/> (absolute; negative: from the end), every
    /// step.
    /// </summary>
    public static KeySpec Range(int first, int last, int step, KeyAccess access) =>
        new() { Begin = first, Last = last < 0 ? last : last - first, Step = step, Access = access };

    /// <summary>A number of keys at <paramref name="countIndex"/>, and the keys behind it.</summary>
    public static KeySpec Counted(int countIndex, KeyAccess access, int step = 1) =>
        new() { Begin = countIndex, IsCounted = true, Access = access, Step = step };

    /// <summary>
    /// Keys behind a keyword (searched from <paramref name="startFrom"/>; negative: backwards from the end).
    /// </summary>
    public static KeySpec After(string keyword, int startFrom, int last, int step, int limit, KeyAccess access) =>
        new() { Keyword = keyword, Begin = startFrom, Last = last, Step = step, Limit = limit, Access = access };

    /// <summary>True for exactly one key at a fixed index: what the router can do without a search.</summary>
    public bool IsSingle => Keyword is null && !IsCounted && Last == 0;
}
