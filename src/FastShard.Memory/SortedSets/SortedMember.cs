namespace FastShard.Memory;

/// <summary>
/// What a search for a member found: the element, or that there is none and the hash that it cost to know.
/// </summary>
/// <remarks>
/// SAFETY: made by <see cref="SortedSet.Find"/> only. OWNER: the set. LIVES: until the next change of the set.
/// </remarks>
public readonly unsafe ref struct SortedMember
{
    internal SortedMember(byte* element, ulong hash)
    {
        Element = element;
        Hash = hash;
    }

    /// <summary>Whether the member is in the set.</summary>
    public bool Exists => Element != null;

    /// <summary>The score of a member that exists.</summary>
    public double Score => SortedElement.Score(Element);

    internal byte* Element { get; }

    internal ulong Hash { get; }
}
