namespace FastShard.Memory;

/// <summary>
/// What <see cref="StructureKinds"/> needs of sorted sets: freeing them bit by bit, and copying them.
/// </summary>
internal static unsafe class SortedSetKind
{
    /// <summary>
    /// Frees the index first, whose order is that of its directory, and then leaf after leaf from the end.
    /// </summary>
    internal static bool FreeSome(ShardHeap heap, SortedRoot* root, ref int budget)
    {
        if (!MemberIndex.FreeSome(heap, root, ref budget)) return false;
        while (root->Tree != null)
        {
            if (budget <= 0) return false;
            FreeLast(heap, root, ref budget);
        }
        return true;
    }

    internal static void Copy(SortedRoot* source, ShardHeap heap, SortedRoot* target)
    {
        SortedCursor cursor = new(source, 0, backwards: false);
        while (cursor.MoveNext())
        {
            ulong hash = KeyHash.Of(cursor.Member);
            byte* element = SortedElement.Create(heap, cursor.Member, hash, cursor.Score);
            MemberIndex.Insert(heap, target, hash, element);
            SortedTreeEditor.Insert(heap, target, element);
        }
    }

    private static void FreeLast(ShardHeap heap, SortedRoot* root, ref int budget)
    {
        byte* parent = null;
        byte* node = root->Tree;
        for (int level = root->Height; level > 0; level--)
        {
            int children = SortedBranch.Children(node);
            if (children == 0)
            {
                FreeBranch(heap, root, parent, node);
                budget--;
                return;
            }
            parent = node;
            node = SortedBranch.Nodes(node)[children - 1];
        }
        int count = SortedLeaf.Count(node);
        while (count > 0 && budget > 0)
        {
            SortedElement.Free(heap, SortedLeaf.Elements(node)[--count]);
            root->Head.Count--;
            budget--;
        }
        SortedLeaf.SetCount(node, count);
        if (count > 0) return;
        SortedLeaf.Free(heap, node);
        Forget(root, parent);
    }

    private static void FreeBranch(ShardHeap heap, SortedRoot* root, byte* parent, byte* branch)
    {
        SortedBranch.Free(heap, branch);
        if (parent == null) root->Height = 0;
        Forget(root, parent);
    }

    private static void Forget(SortedRoot* root, byte* parent)
    {
        if (parent == null) root->Tree = null;
        else SortedBranch.SetChildren(parent, SortedBranch.Children(parent) - 1);
    }
}
