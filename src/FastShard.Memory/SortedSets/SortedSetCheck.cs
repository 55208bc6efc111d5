using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Walks through a whole sorted set and ends the process at the first thing that is not as it should be.
/// </summary>
internal static unsafe class SortedSetCheck
{
    internal static void Check(SortedRoot* root)
    {
        if (root->Head.Count == 0)
        {
            Invariant.Check(root->Tree == null);
            return;
        }
        byte* previous = null;
        Invariant.Check(CheckNode(root, root->Tree, root->Height, isRoot: true, ref previous) == root->Head.Count);
        CheckIndex(root);
    }

    private static long CheckNode(SortedRoot* root, byte* node, int height, bool isRoot, ref byte* previous)
    {
        if (height == 0) return CheckLeaf(root, node, ref previous);
        int children = SortedBranch.Children(node);
        Invariant.Check(children <= SortedBranch.Capacity(node) && children >= (isRoot ? 2 : 16));
        long sum = 0;
        for (int index = 0; index < children; index++)
        {
            byte* child = SortedBranch.Nodes(node)[index];
            Invariant.Check(Smallest(child, height - 1) == SortedBranch.Elements(node)[index]);
            double score = SortedElement.Score(SortedBranch.Elements(node)[index]);
            Invariant.Check(score == SortedBranch.Scores(node)[index]);
            long count = CheckNode(root, child, height - 1, isRoot: false, ref previous);
            Invariant.Check(count == SortedBranch.Counts(node)[index]);
            sum += count;
        }
        return sum;
    }

    private static long CheckLeaf(SortedRoot* root, byte* leaf, ref byte* previous)
    {
        int count = SortedLeaf.Count(leaf);
        Invariant.Check(count > 0 && count <= SortedLeaf.Capacity(leaf) && SortedLeaf.Capacity(leaf) <= 63);
        for (int index = 0; index < count; index++)
        {
            byte* element = SortedLeaf.Elements(leaf)[index];
            double score = SortedLeaf.Scores(leaf)[index];
            ReadOnlySpan<byte> member = SortedElement.Member(element);
            Invariant.Check(BitConverter.DoubleToInt64Bits(score)
                == BitConverter.DoubleToInt64Bits(SortedElement.Score(element)));
            Invariant.Check(previous == null || SortedElement.Score(previous) < score
                || (SortedElement.Score(previous) == score
                    && SortedElement.Member(previous).SequenceCompareTo(member) < 0));
            Invariant.Check(MemberIndex.Find(root, KeyHash.Of(member), member) == element);
            previous = element;
        }
        return count;
    }

    private static byte* Smallest(byte* node, int height)
    {
        for (; height > 0; height--) node = SortedBranch.Nodes(node)[0];
        return SortedLeaf.Elements(node)[0];
    }

    private static void CheckIndex(SortedRoot* root)
    {
        Invariant.Check((root->Depth == 0) == (root->Directory == null));
        long elements = 0;
        int deepest = 0;
        ulong hash = 0;
        do
        {
            ulong word = MemberIndex.WordOf(root, hash);
            int depth = MemberSegment.DepthOf(word);
            Invariant.Check(depth <= root->Depth);
            for (int index = 0; index < 1 << (root->Depth - depth); index++)
            {
                ulong place = root->Depth == 0 ? 0 : (hash >> (64 - root->Depth)) + (ulong)index;
                Invariant.Check(root->Depth == 0 || root->Directory[place] == word);
            }
            elements += CheckSegment(word, hash);
            if (depth == root->Depth) deepest++;
            hash = MemberIndex.EndOf(hash, depth);
        }
        while (hash != 0);
        Invariant.Check(elements == root->Head.Count && deepest == root->Deepest);
    }

    private static int CheckSegment(ulong word, ulong hash)
    {
        int depth = MemberSegment.DepthOf(word);
        int homes = MemberSegment.HomesOf(word);
        ulong* slots = MemberSegment.Slots(word);
        int found = 0;
        uint tag = 0;
        int run = 0;
        for (int index = 0; index < homes + MemberSegment.ExtraSlots; index++)
        {
            if (slots[index] == 0)
            {
                run = index + 1;
                continue;
            }
            ulong memberHash = SortedElement.Hash(MemberSegment.ElementOf(slots[index]));
            uint memberTag = MemberSegment.TagOf(slots[index]);
            int home = MemberSegment.HomeOf(memberTag, homes);
            Invariant.Check(memberTag == MemberSegment.TagOf(memberHash, depth) && memberTag >= tag);
            Invariant.Check(depth == 0 || (memberHash ^ hash) >> (64 - depth) == 0);
            Invariant.Check(home <= index && home >= run);
            tag = memberTag;
            found++;
        }
        Invariant.Check(slots[homes + MemberSegment.ExtraSlots - 1] == 0 && found == MemberSegment.Count(word));
        return found;
    }
}
