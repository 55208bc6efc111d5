using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A large sorted set: elements in blocks of their own, a tree that has them in order (<see cref="SortedTree"/>) and an
/// index that finds them by member (<see cref="MemberIndex"/>). Scores are any doubles but NaN.
/// </summary>
/// <remarks>
/// SAFETY: over a root of <see cref="RootBytes"/> bytes that was cleared when it was made. OWNER: the entry.
/// LIVES: as long as the handle.
/// </remarks>
public readonly unsafe ref struct SortedSet
{
    /// <summary>Length of the root: the value of the entry.</summary>
    public const int RootBytes = SortedRoot.Bytes;

    private readonly StructureHandle _handle;

    /// <summary>The set of a structure.</summary>
    public SortedSet(StructureHandle handle) => _handle = handle;

    /// <summary>Members.</summary>
    public long Count => _handle.Count;

    private SortedRoot* Root => (SortedRoot*)_handle.Root;

    /// <summary>Looks a member up.</summary>
    public SortedMember Find(scoped ReadOnlySpan<byte> member)
    {
        ulong hash = KeyHash.Of(member);
        return new SortedMember(MemberIndex.Find(Root, hash, member), hash);
    }

    /// <summary>Adds a member that <paramref name="found"/> says is missing.</summary>
    public void Add(scoped in SortedMember found, scoped ReadOnlySpan<byte> member, double score)
    {
        Invariant.Slow(!found.Exists && !double.IsNaN(score));
        long opened = _handle.Open();
        byte* element = SortedElement.Create(_handle.Heap, member, found.Hash, score);
        MemberIndex.Insert(_handle.Heap, Root, found.Hash, element);
        SortedTreeEditor.Insert(_handle.Heap, Root, element);
        _handle.Close(opened);
    }

    /// <summary>Gives a member that exists another score.</summary>
    public void Move(scoped in SortedMember found, double score)
    {
        Invariant.Slow(found.Exists && !double.IsNaN(score));
        long opened = _handle.Open();
        SortedTreeEditor.Move(_handle.Heap, Root, found.Element, score);
        _handle.Close(opened);
    }

    /// <summary>Removes a member that exists.</summary>
    public void Remove(scoped in SortedMember found)
    {
        Invariant.Slow(found.Exists);
        long opened = _handle.Open();
        SortedTreeEditor.Remove(_handle.Heap, Root, found.Element);
        Drop(found.Element, found.Hash);
        _handle.Close(opened);
    }

    /// <summary>Removes so many members from a rank on, all of which must exist.</summary>
    public void RemoveRange(long rank, long count)
    {
        Invariant.Slow(rank >= 0 && count >= 0 && rank + count <= Count);
        long opened = _handle.Open();
        SortedPath path;
        for (; count > 0; count--)
        {
            SortedTree.Select(Root, rank, &path);
            byte* element = SortedLeaf.Elements(path.Leaf)[path.Position];
            SortedTreeEditor.RemoveAt(_handle.Heap, Root, &path);
            Drop(element, SortedElement.Hash(element));
        }
        _handle.Close(opened);
    }

    /// <summary>Members in front of one that exists.</summary>
    public long RankOf(scoped in SortedMember found)
    {
        SortedPath path;
        SortedTree.Find(Root, found.Element, &path);
        return SortedTree.RankOf(Root, &path);
    }

    /// <summary>Members with scores below one; with <paramref name="orEqual"/> also those with the score.</summary>
    public long CountBelow(double score, bool orEqual) => SortedTree.CountBelow(Root, score, orEqual);

    /// <summary>
    /// Members that come before some bytes; with <paramref name="orEqual"/> also the member itself. All scores must be
    /// the same, else the count is any.
    /// </summary>
    public long CountBelow(ReadOnlySpan<byte> member, bool orEqual) => SortedTree.CountBelow(Root, member, orEqual);

    /// <summary>A walk in order from a rank on; one that is none leads nowhere.</summary>
    public SortedCursor Walk(long rank, bool backwards = false) => new(Root, rank, backwards);

    /// <summary>A step of a scan: about so many members from a cursor on, 0 to begin.</summary>
    public MemberScan Scan(ulong cursor, long count) => new(Root, cursor, count);

    /// <summary>
    /// Ends the process if anything in the structure is not as it should be. For tests: it looks at everything.
    /// </summary>
    public void Check() => SortedSetCheck.Check(Root);

    private void Drop(byte* element, ulong hash)
    {
        MemberIndex.Remove(_handle.Heap, Root, hash, element);
        SortedElement.Free(_handle.Heap, element);
    }
}
