using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// A B+-tree over the elements of a sorted set, by score and then by the bytes of the member. Branches count what is
/// below them, so a rank is found on the way down and an element by its rank too. The tree has no links between
/// neighbours and no parents: whoever walks keeps a <see cref="SortedPath"/>.
/// Changing the tree is <see cref="SortedTreeEditor"/>'s work.
/// </summary>
internal static unsafe class SortedTree
{
    // All of a node that a search may need is asked for as soon as its address is known: of a leaf the elements too.
    private const int BranchPrefetchBytes = 8 + (8 * SortedBranch.MaxChildren);
    private const int LeafPrefetchBytes = 8 + (16 * SortedLeaf.MaxCount);

    /// <summary>The way to where a score and member are, or belong; true when they are there.</summary>
    internal static bool Find(SortedRoot* root, double score, ReadOnlySpan<byte> member, SortedPath* path)
    {
        byte* node = root->Tree;
        for (int level = root->Height - 1; level >= 0; level--)
        {
            int index = SortedSearch.CountBelow(
                SortedBranch.Scores(node), SortedBranch.Elements(node), SortedBranch.Children(node), score, member,
                orEqual: true);
            // Below the smallest of all it belongs into the first leaf.
            index = Math.Max(index - 1, 0);
            path->Set(level, node, index);
            node = SortedBranch.Nodes(node)[index];
            SortedSearch.Prefetch(node, level == 0 ? LeafPrefetchBytes : BranchPrefetchBytes);
        }
        int count = SortedLeaf.Count(node);
        double* scores = SortedLeaf.Scores(node);
        byte** elements = SortedLeaf.Elements(node);
        int at = SortedSearch.CountBelow(scores, elements, count, score, member, orEqual: false);
        path->Leaf = node;
        path->Position = at;
        return at < count && scores[at] == score && SortedElement.Member(elements[at]).SequenceEqual(member);
    }

    /// <summary>The way to an element of the tree.</summary>
    internal static void Find(SortedRoot* root, byte* element, SortedPath* path)
    {
        byte* node = root->Tree;
        double score = SortedElement.Score(element);
        ReadOnlySpan<byte> member = SortedElement.Member(element);
        for (int level = root->Height - 1; level >= 0; level--)
        {
            int index = SortedSearch.CountBelow(
                SortedBranch.Scores(node), SortedBranch.Elements(node), SortedBranch.Children(node), score, member,
                orEqual: true) - 1;
            path->Set(level, node, index);
            node = SortedBranch.Nodes(node)[index];
            SortedSearch.Prefetch(node, level == 0 ? LeafPrefetchBytes : BranchPrefetchBytes);
        }
        byte** elements = SortedLeaf.Elements(node);
        path->Leaf = node;
        // Among equal scores the address is enough.
        int at = SortedSearch.CountBelow(SortedLeaf.Scores(node), SortedLeaf.Count(node), score);
        ReadOnlySpan<ulong> addresses = new(elements + at, SortedLeaf.Count(node) - at);
        path->Position = at + addresses.IndexOf((ulong)element);
        Invariant.Slow(elements[path->Position] == element);
    }

    /// <summary>The way to the element of a rank, which must exist.</summary>
    internal static void Select(SortedRoot* root, long rank, SortedPath* path)
    {
        Invariant.Slow(rank >= 0 && rank < root->Head.Count);
        byte* node = root->Tree;
        for (int level = root->Height - 1; level >= 0; level--)
        {
            uint* counts = SortedBranch.Counts(node);
            int index = 0;
            for (; rank >= counts[index]; index++) rank -= counts[index];
            path->Set(level, node, index);
            node = SortedBranch.Nodes(node)[index];
        }
        path->Leaf = node;
        path->Position = (int)rank;
    }

    /// <summary>Elements in front of a place.</summary>
    internal static long RankOf(SortedRoot* root, SortedPath* path)
    {
        long rank = path->Position;
        for (int level = 0; level < root->Height; level++)
            rank += SortedBranch.SumTo(path->Branch(level), path->Index(level));
        return rank;
    }

    /// <summary>Elements below a score; with <paramref name="orEqual"/> those of the score too.</summary>
    internal static long CountBelow(SortedRoot* root, double score, bool orEqual)
    {
        byte* node = root->Tree;
        if (node == null) return 0;
        long rank = 0;
        for (int level = root->Height - 1; level >= 0; level--)
        {
            int index = Count(SortedBranch.Scores(node), SortedBranch.Children(node), score, orEqual);
            if (index == 0) return rank;
            rank += SortedBranch.SumTo(node, index - 1);
            node = SortedBranch.Nodes(node)[index - 1];
        }
        return rank + Count(SortedLeaf.Scores(node), SortedLeaf.Count(node), score, orEqual);
    }

    /// <summary>Elements with members below some bytes, for sets whose elements all have one score.</summary>
    internal static long CountBelow(SortedRoot* root, ReadOnlySpan<byte> member, bool orEqual)
    {
        byte* node = root->Tree;
        if (node == null) return 0;
        long rank = 0;
        for (int level = root->Height - 1; level >= 0; level--)
        {
            int children = SortedBranch.Children(node);
            int index = SortedSearch.CountBelow(SortedBranch.Elements(node), 0, children, member, orEqual);
            if (index == 0) return rank;
            rank += SortedBranch.SumTo(node, index - 1);
            node = SortedBranch.Nodes(node)[index - 1];
        }
        return rank + SortedSearch.CountBelow(SortedLeaf.Elements(node), 0, SortedLeaf.Count(node), member, orEqual);
    }

    /// <summary>Takes the path to the next leaf (or, backwards, to the one before); false at the end.</summary>
    internal static bool Step(SortedRoot* root, SortedPath* path, bool backwards)
    {
        int step = backwards ? -1 : 1;
        int level = 0;
        for (; level < root->Height; level++)
        {
            int index = path->Index(level) + step;
            if ((uint)index < (uint)SortedBranch.Children(path->Branch(level)))
            {
                path->SetIndex(level, index);
                break;
            }
        }
        if (level == root->Height) return false;
        byte* node = SortedBranch.Nodes(path->Branch(level))[path->Index(level)];
        while (--level >= 0)
        {
            int index = backwards ? SortedBranch.Children(node) - 1 : 0;
            path->Set(level, node, index);
            node = SortedBranch.Nodes(node)[index];
        }
        path->Leaf = node;
        path->Position = backwards ? SortedLeaf.Count(node) - 1 : 0;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Count(double* scores, int count, double score, bool orEqual)
    {
        int below = SortedSearch.CountBelow(scores, count, score);
        return orEqual ? SortedSearch.CountNotAbove(scores, count, below, score) : below;
    }
}
