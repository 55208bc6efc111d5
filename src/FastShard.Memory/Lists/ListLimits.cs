namespace FastShard.Memory;

/// <summary>
/// How much a node of a list may hold, as list-max-listpack-size says: bytes of its pack, and elements.
/// </summary>
public readonly record struct ListLimits(int Bytes, int Elements)
{
    private const int SmallestBytes = 4096;
    private const int MostSizeSteps = 5;

    // With a limit of elements there still is one of bytes, which Redis has fixed.
    private const int SafetyBytes = 8192;

    /// <summary>The meaning of the directive: so many elements, or from -1 to -5 on 4 KB to 64 KB.</summary>
    public static ListLimits Of(int listMaxListpackSize) => listMaxListpackSize >= 0
        ? new ListLimits(SafetyBytes, Math.Max(1, listMaxListpackSize))
        : new ListLimits(
            SmallestBytes << (Math.Min(-Math.Max(listMaxListpackSize, -100), MostSizeSteps) - 1), int.MaxValue);

    /// <summary>Whether a list that is one pack, of so much, has to become a list of packs.</summary>
    public bool IsExceededBy(long bytes, long elements) => bytes > Bytes || elements > Elements;

    /// <summary>
    /// Whether a list of one node, of so much, has to become one pack again. Half of the limit, so that growing and
    /// shrinking by a few elements does not turn it over and over.
    /// </summary>
    public bool IsWellAbove(long bytes, long elements) => Elements == int.MaxValue
        ? bytes <= Bytes / 2
        : elements <= Elements / 2;

    /// <summary>Whether an element gets a node of its own.</summary>
    internal bool IsLarge(int length) => length > Bytes;
}
