using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Changes of a <see cref="SortedTree"/>. Every change is a way down and a bounded number of nodes of 63 places on the
/// way back. Leaves and branches that lose most of what they had join a neighbour or share with it.
/// </summary>
internal static unsafe class SortedTreeEditor
{
    private const int MinFill = 16;
    private const int JoinMax = 48;

    /// <summary>Puts an element, whose score and member are new to the tree, where it belongs. Counts it.</summary>
    internal static void Insert(ShardHeap heap, SortedRoot* root, byte* element)
    {
        if (root->Tree == null) root->Tree = SortedLeaf.Create(heap, 1);
        double score = SortedElement.Score(element);
        ReadOnlySpan<byte> member = SortedElement.Member(element);
        SortedPath path;
        bool isThere = SortedTree.Find(root, score, member, &path);
        Invariant.Slow(!isThere);
        if (SortedLeaf.Count(path.Leaf) == SortedLeaf.MaxCount)
        {
            if (TryAddLeaf(heap, root, &path, element)) return;
            SplitLeaf(heap, root, &path);
            SortedTree.Find(root, score, member, &path);
        }
        InsertAt(heap, root, &path, element);
    }

    /// <summary>Takes an element out of the tree; the element itself stays. Counts it.</summary>
    internal static void Remove(ShardHeap heap, SortedRoot* root, byte* element)
    {
        SortedPath path;
        SortedTree.Find(root, element, &path);
        RemoveAt(heap, root, &path);
    }

    /// <summary>Takes the element at a place out of the tree. The path is void afterwards.</summary>
    internal static void RemoveAt(ShardHeap heap, SortedRoot* root, SortedPath* path)
    {
        byte* leaf = path->Leaf;
        int position = path->Position;
        SortedLeaf.Remove(leaf, position);
        root->Head.Count--;
        for (int level = 0; level < root->Height; level++)
            SortedBranch.Counts(path->Branch(level))[path->Index(level)]--;
        int count = SortedLeaf.Count(leaf);
        if (root->Height == 0)
        {
            if (count > 0)
            {
                root->Tree = SortedLeaf.Trim(heap, leaf);
                return;
            }
            SortedLeaf.Free(heap, leaf);
            root->Tree = null;
            return;
        }
        if (position == 0 && count > 0)
            SetSmallest(root, path, 0, SortedLeaf.Scores(leaf)[0], SortedLeaf.Elements(leaf)[0]);
        if (count < MinFill) FillLeaf(heap, root, path);
        else SetLeaf(root, path, SortedLeaf.Trim(heap, leaf));
    }

    /// <summary>Gives an element another score.</summary>
    internal static void Move(ShardHeap heap, SortedRoot* root, byte* element, double score)
    {
        SortedPath path;
        SortedTree.Find(root, element, &path);
        if (TryMoveInLeaf(root, &path, element, score))
        {
            *(double*)element = score;
            return;
        }
        RemoveAt(heap, root, &path);
        *(double*)element = score;
        Insert(heap, root, element);
    }

    /// <summary>A score that leaves an element between the ends of its leaf changes nothing above the leaf.</summary>
    private static bool TryMoveInLeaf(SortedRoot* root, SortedPath* path, byte* element, double score)
    {
        byte* leaf = path->Leaf;
        int from = path->Position;
        int last = SortedLeaf.Count(leaf) - 1;
        double* scores = SortedLeaf.Scores(leaf);
        // Ties with the ends are left to the whole search.
        bool isAboveFirst = from > 0 ? score > scores[0] : root->Height == 0;
        bool isBelowLast = from < last ? score < scores[last] : root->Height == 0;
        if (!isAboveFirst || !isBelowLast) return false;
        int to = SortedSearch.CountBelow(
            scores, SortedLeaf.Elements(leaf), last + 1, score, SortedElement.Member(element), orEqual: false);
        // The element itself was counted where its old place is in front of the new one.
        if (to > from) to--;
        SortedLeaf.Shift(leaf, from, to, score);
        return true;
    }

    private static void InsertAt(ShardHeap heap, SortedRoot* root, SortedPath* path, byte* element)
    {
        byte* leaf = path->Leaf;
        byte* moved = SortedLeaf.Reserve(heap, leaf, SortedLeaf.Count(leaf) + 1);
        if (moved != leaf) SetLeaf(root, path, leaf = moved);
        double score = SortedElement.Score(element);
        SortedLeaf.Insert(leaf, path->Position, score, element);
        root->Head.Count++;
        for (int level = 0; level < root->Height; level++)
            SortedBranch.Counts(path->Branch(level))[path->Index(level)]++;
        if (path->Position == 0) SetSmallest(root, path, 0, score, element);
    }

    /// <summary>
    /// In front of all or behind all a full leaf stays full and the element begins another one: sets that are filled in
    /// order take no more room than they must.
    /// </summary>
    private static bool TryAddLeaf(ShardHeap heap, SortedRoot* root, SortedPath* path, byte* element)
    {
        bool isFirst = path->Position == 0;
        if (!isFirst && path->Position != SortedLeaf.MaxCount) return false;
        for (int level = 0; level < root->Height; level++)
        {
            int edge = isFirst ? 0 : SortedBranch.Children(path->Branch(level)) - 1;
            if (path->Index(level) != edge) return false;
        }
        byte* leaf = SortedLeaf.Create(heap, 1);
        double score = SortedElement.Score(element);
        SortedLeaf.Insert(leaf, 0, score, element);
        root->Head.Count++;
        for (int level = 1; level < root->Height; level++)
            SortedBranch.Counts(path->Branch(level))[path->Index(level)]++;
        if (isFirst && root->Height > 0) SetSmallest(root, path, 1, score, element);
        int at = isFirst ? 0 : root->Height == 0 ? 1 : path->Index(0) + 1;
        InsertChild(heap, root, path, 0, at, leaf, score, element, 1);
        return true;
    }

    /// <summary>Halves a full leaf. The path is void afterwards.</summary>
    private static void SplitLeaf(ShardHeap heap, SortedRoot* root, SortedPath* path)
    {
        const int Kept = (SortedLeaf.MaxCount + 1) / 2;
        const int Moved = SortedLeaf.MaxCount - Kept;
        byte* left = path->Leaf;
        byte* right = SortedLeaf.Create(heap, Moved);
        SortedLeaf.Copy(left, Kept, right, 0, Moved);
        SortedLeaf.SetCount(right, Moved);
        SortedLeaf.SetCount(left, Kept);
        left = SortedLeaf.Trim(heap, left);
        SetLeaf(root, path, left);
        int at = 1;
        if (root->Height > 0)
        {
            at = path->Index(0) + 1;
            SortedBranch.Counts(path->Branch(0))[at - 1] = Kept;
        }
        InsertChild(
            heap, root, path, 0, at, right, SortedLeaf.Scores(right)[0], SortedLeaf.Elements(right)[0], Moved);
    }

    /// <summary>
    /// Puts a node among the children of the path's branch at a level; what its elements change in the counts above has
    /// been booked. The path is void afterwards.
    /// </summary>
    private static void InsertChild(
        ShardHeap heap, SortedRoot* root, SortedPath* path, int level, int at, byte* node, double score, byte* element,
        long count)
    {
        if (level == root->Height) AddRoot(heap, root, path);
        byte* branch = path->Branch(level);
        int children = SortedBranch.Children(branch);
        if (children < SortedBranch.MaxChildren)
        {
            byte* moved = SortedBranch.Reserve(heap, branch, children + 1);
            if (moved != branch) SetBranch(root, path, level, branch = moved);
            SortedBranch.Open(branch, at);
            SortedBranch.Set(branch, at, node, score, element, count);
            return;
        }
        // Behind all: the branch stays nearly full.
        int kept = at == children ? children - MinFill : (children + 1) / 2;
        byte* right = SortedBranch.Create(heap, children - kept + 1);
        SortedBranch.Copy(branch, kept, right, 0, children - kept);
        SortedBranch.SetChildren(right, children - kept);
        SortedBranch.SetChildren(branch, kept);
        byte* target = at <= kept ? branch : right;
        if (at > kept) at -= kept;
        SortedBranch.Open(target, at);
        SortedBranch.Set(target, at, node, score, element, count);
        if (level + 1 == root->Height) AddRoot(heap, root, path);
        int index = path->Index(level + 1);
        SortedBranch.Counts(path->Branch(level + 1))[index] = (uint)SortedBranch.Sum(branch);
        InsertChild(
            heap, root, path, level + 1, index + 1, right, SortedBranch.Scores(right)[0],
            SortedBranch.Elements(right)[0], SortedBranch.Sum(right));
    }

    /// <summary>Puts a branch above the root, with the root as its only child.</summary>
    private static void AddRoot(ShardHeap heap, SortedRoot* root, SortedPath* path)
    {
        byte* node = root->Tree;
        byte* branch = SortedBranch.Create(heap, 2);
        SortedBranch.SetChildren(branch, 1);
        if (root->Height == 0)
            SortedBranch.Set(
                branch, 0, node, SortedLeaf.Scores(node)[0], SortedLeaf.Elements(node)[0], SortedLeaf.Count(node));
        else
            SortedBranch.Set(
                branch, 0, node, SortedBranch.Scores(node)[0], SortedBranch.Elements(node)[0],
                SortedBranch.Sum(node));
        root->Tree = branch;
        path->Set(root->Height, branch, 0);
        root->Height++;
        Invariant.Check(root->Height <= SortedPath.MaxHeight);
    }

    /// <summary>Joins a leaf that is nearly empty with a neighbour, or takes elements from it.</summary>
    private static void FillLeaf(ShardHeap heap, SortedRoot* root, SortedPath* path)
    {
        byte* branch = path->Branch(0);
        int at = Math.Max(path->Index(0) - 1, 0);
        path->SetIndex(0, at);
        byte* left = SortedBranch.Nodes(branch)[at];
        byte* right = SortedBranch.Nodes(branch)[at + 1];
        int leftCount = SortedLeaf.Count(left);
        int rightCount = SortedLeaf.Count(right);
        int all = leftCount + rightCount;
        int leftAfter = all <= JoinMax ? all : all / 2;
        if (leftAfter > leftCount)
        {
            int moved = leftAfter - leftCount;
            left = SortedLeaf.Reserve(heap, left, leftAfter);
            SortedLeaf.Copy(right, 0, left, leftCount, moved);
            SortedLeaf.CloseFront(right, moved);
        }
        else
        {
            int moved = leftCount - leftAfter;
            right = SortedLeaf.Reserve(heap, right, rightCount + moved);
            SortedLeaf.OpenFront(right, moved);
            SortedLeaf.Copy(left, leftAfter, right, 0, moved);
            SortedLeaf.SetCount(right, rightCount + moved);
        }
        SortedLeaf.SetCount(left, leftAfter);
        left = SortedLeaf.Trim(heap, left);
        SortedBranch.Nodes(branch)[at] = left;
        SortedBranch.Counts(branch)[at] = (uint)leftAfter;
        SetSmallest(root, path, 0, SortedLeaf.Scores(left)[0], SortedLeaf.Elements(left)[0]);
        if (leftAfter == all)
        {
            SortedLeaf.Free(heap, right);
            RemoveChild(heap, root, path, 0, at + 1);
            return;
        }
        right = SortedLeaf.Trim(heap, right);
        SortedBranch.Set(
            branch, at + 1, right, SortedLeaf.Scores(right)[0], SortedLeaf.Elements(right)[0], all - leftAfter);
    }

    /// <summary>
    /// Takes a child, which is freed already and whose elements others have, out of the branch at a level.
    /// </summary>
    private static void RemoveChild(ShardHeap heap, SortedRoot* root, SortedPath* path, int level, int at)
    {
        byte* branch = path->Branch(level);
        SortedBranch.Remove(branch, at);
        int children = SortedBranch.Children(branch);
        if (level == root->Height - 1)
        {
            if (children > 1) return;
            root->Tree = SortedBranch.Nodes(branch)[0];
            root->Height--;
            SortedBranch.Free(heap, branch);
            return;
        }
        if (children < MinFill) FillBranch(heap, root, path, level);
    }

    /// <summary>Joins a branch that is nearly empty with a neighbour, or takes children from it.</summary>
    private static void FillBranch(ShardHeap heap, SortedRoot* root, SortedPath* path, int level)
    {
        byte* parent = path->Branch(level + 1);
        int at = Math.Max(path->Index(level + 1) - 1, 0);
        path->SetIndex(level + 1, at);
        byte* left = SortedBranch.Nodes(parent)[at];
        byte* right = SortedBranch.Nodes(parent)[at + 1];
        int leftCount = SortedBranch.Children(left);
        int rightCount = SortedBranch.Children(right);
        int all = leftCount + rightCount;
        int leftAfter = all <= JoinMax ? all : all / 2;
        if (leftAfter > leftCount)
        {
            int moved = leftAfter - leftCount;
            left = SortedBranch.Reserve(heap, left, leftAfter);
            SortedBranch.Copy(right, 0, left, leftCount, moved);
            SortedBranch.Copy(right, moved, right, 0, rightCount - moved);
            SortedBranch.SetChildren(right, rightCount - moved);
        }
        else
        {
            int moved = leftCount - leftAfter;
            right = SortedBranch.Reserve(heap, right, rightCount + moved);
            SortedBranch.Copy(right, 0, right, moved, rightCount);
            SortedBranch.Copy(left, leftAfter, right, 0, moved);
            SortedBranch.SetChildren(right, rightCount + moved);
        }
        SortedBranch.SetChildren(left, leftAfter);
        SortedBranch.Nodes(parent)[at] = left;
        SortedBranch.Counts(parent)[at] = (uint)SortedBranch.Sum(left);
        if (leftAfter == all)
        {
            SortedBranch.Free(heap, right);
            RemoveChild(heap, root, path, level + 1, at + 1);
            return;
        }
        SortedBranch.Set(
            parent, at + 1, right, SortedBranch.Scores(right)[0], SortedBranch.Elements(right)[0],
            SortedBranch.Sum(right));
    }

    /// <summary>
    /// The smallest element below the path's child at a level is another one: told upwards while it is the first.
    /// </summary>
    private static void SetSmallest(SortedRoot* root, SortedPath* path, int level, double score, byte* element)
    {
        for (; level < root->Height; level++)
        {
            byte* branch = path->Branch(level);
            int index = path->Index(level);
            SortedBranch.Scores(branch)[index] = score;
            SortedBranch.Elements(branch)[index] = element;
            if (index > 0) return;
        }
    }

    private static void SetLeaf(SortedRoot* root, SortedPath* path, byte* leaf)
    {
        path->Leaf = leaf;
        SetBranch(root, path, -1, leaf);
    }

    /// <summary>The path's node at a level (-1: the leaf) has moved.</summary>
    private static void SetBranch(SortedRoot* root, SortedPath* path, int level, byte* node)
    {
        if (level >= 0) path->SetBranch(level, node);
        if (level + 1 == root->Height) root->Tree = node;
        else SortedBranch.Nodes(path->Branch(level + 1))[path->Index(level + 1)] = node;
    }
}
