using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Where the members of a sorted set are: extendible hashing. The first bits of a hash choose a segment in the
/// directory; a full segment grows, and at its largest splits in two. No change touches more than one segment (and,
/// when the directory doubles, 8 bytes for some 400 members). Read from the first segment to the last, members come in
/// the order of their hashes, whatever splits and joins meanwhile: the cursor of a scan is a hash.
/// </summary>
internal static unsafe class MemberIndex
{
    private const int MaxDepth = 26;

    // Two halves join when their elements fill a little more than half of the largest segment.
    private const int JoinMax = 256;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Find(SortedRoot* root, ulong hash, ReadOnlySpan<byte> member)
    {
        if (root->Segment == 0) return null;
        return MemberSegment.Find(WordOf(root, hash), hash, member);
    }

    /// <summary>The segment of a hash.</summary>
    // The only word is kept beside the directory, and is not zero while there are elements.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong WordOf(SortedRoot* root, ulong hash) =>
        root->Depth == 0 ? root->Segment : root->Directory[hash >> (64 - root->Depth)];

    /// <summary>Adds an element whose member is not there yet.</summary>
    internal static void Insert(ShardHeap heap, SortedRoot* root, ulong hash, byte* element)
    {
        if (root->Segment == 0)
        {
            root->Segment = MemberSegment.Create(heap, 0, 1);
            root->Deepest = 1;
        }
        while (true)
        {
            ulong word = WordOf(root, hash);
            uint tag = MemberSegment.TagOf(hash, MemberSegment.DepthOf(word));
            if (!MemberSegment.IsFull(word) && MemberSegment.TryInsert(word, tag, element)) return;
            if (MemberSegment.IsLargest(word)) Split(heap, root, hash, word);
            else Resize(heap, root, hash, word, (MemberSegment.HomesOf(word) * 7 / 8) + 1);
        }
    }

    /// <summary>Removes an element that is there.</summary>
    internal static void Remove(ShardHeap heap, SortedRoot* root, ulong hash, byte* element)
    {
        ulong word = WordOf(root, hash);
        int depth = MemberSegment.DepthOf(word);
        MemberSegment.Remove(word, MemberSegment.TagOf(hash, depth), element);
        if (!MemberSegment.IsSparse(word)) return;
        if (depth > 0 && TryJoin(heap, root, hash, word)) return;
        Resize(heap, root, hash, word, MemberSegment.Count(word));
    }

    /// <summary>Frees the last segment of a structure that goes (and the directory behind the first).</summary>
    internal static bool FreeSome(ShardHeap heap, SortedRoot* root, ref int budget)
    {
        if (root->Segment == 0) return true;
        if (root->Depth > 0)
        {
            // Deepest now counts the words that are left.
            if (root->Segment != ulong.MaxValue)
            {
                root->Segment = ulong.MaxValue;
                root->Deepest = 1 << root->Depth;
            }
            while (root->Deepest > 0)
            {
                if (budget <= 0) return false;
                ulong word = root->Directory[root->Deepest - 1];
                root->Deepest -= 1 << (root->Depth - MemberSegment.DepthOf(word));
                MemberSegment.Free(heap, word);
                budget--;
            }
            heap.FreeStructure((byte*)root->Directory, sizeof(ulong) << root->Depth);
            root->Directory = null;
            root->Depth = 0;
        }
        else
        {
            MemberSegment.Free(heap, root->Segment);
        }
        root->Segment = 0;
        return true;
    }

    /// <summary>The first hash that leads behind a segment; 0 behind the last.</summary>
    internal static ulong EndOf(ulong hash, int depth) =>
        depth == 0 ? 0 : ((hash >> (64 - depth)) + 1) << (64 - depth);

    /// <summary>Gives the segment of a hash a block for another number of elements.</summary>
    private static void Resize(ShardHeap heap, SortedRoot* root, ulong hash, ulong word, int elements)
    {
        int depth = MemberSegment.DepthOf(word);
        ulong resized = MemberSegment.Create(heap, depth, elements);
        while (!TryFill(resized, word))
        {
            // Only a crowd at the end of the hashes does not fit: more room lets it.
            elements = MemberSegment.HomesOf(resized) + 1;
            MemberSegment.Free(heap, resized);
            resized = MemberSegment.Create(heap, depth, elements);
            Invariant.Check(MemberSegment.HomesOf(resized) >= elements);
        }
        SetWords(root, hash, resized);
        MemberSegment.Free(heap, word);
    }

    private static bool TryFill(ulong target, ulong source)
    {
        ulong* slots = MemberSegment.Slots(source);
        int end = MemberSegment.HomesOf(source) + MemberSegment.ExtraSlots;
        int at = 0;
        for (int index = 0; index < end; index++)
        {
            ulong slot = slots[index];
            if (slot == 0) continue;
            byte* element = MemberSegment.ElementOf(slot);
            if (!MemberSegment.TryAppend(target, MemberSegment.TagOf(slot), element, ref at)) return false;
        }
        return true;
    }

    private static void Split(ShardHeap heap, SortedRoot* root, ulong hash, ulong word)
    {
        int depth = MemberSegment.DepthOf(word) + 1;
        Invariant.Check(depth <= MaxDepth);
        if (depth > root->Depth) DoubleDirectory(heap, root);
        if (depth == root->Depth) root->Deepest += 2;
        ulong* slots = MemberSegment.Slots(word);
        int end = MemberSegment.HomesOf(word) + MemberSegment.ExtraSlots;
        int middle = 0;
        int lower = 0;
        for (; middle < end && MemberSegment.TagOf(slots[middle]) >> (MemberSegment.TagBits - 1) == 0; middle++)
        {
            if (slots[middle] != 0) lower++;
        }
        ulong left = Take(heap, slots, 0, middle, lower, depth);
        ulong right = Take(heap, slots, middle, end, MemberSegment.Count(word) - lower, depth);
        ulong bit = 1UL << (64 - depth);
        SetWords(root, hash & ~bit, left);
        SetWords(root, hash | bit, right);
        MemberSegment.Free(heap, word);
    }

    /// <summary>
    /// A segment of the elements in some slots, one bit deeper: the bit that the tags gain comes from the members.
    /// </summary>
    private static ulong Take(ShardHeap heap, ulong* slots, int first, int end, int count, int depth)
    {
        while (true)
        {
            ulong word = MemberSegment.Create(heap, depth, count);
            bool isFilled = true;
            for (int index = first; index < end && isFilled; index++)
            {
                if (slots[index] == 0) continue;
                byte* element = MemberSegment.ElementOf(slots[index]);
                uint tag = MemberSegment.TagOf(SortedElement.Hash(element), depth);
                isFilled = MemberSegment.TryInsert(word, tag, element);
            }
            if (isFilled) return word;
            Invariant.Check(count <= MemberSegment.HomesOf(word));
            count = MemberSegment.HomesOf(word) + 1;
            MemberSegment.Free(heap, word);
        }
    }

    /// <summary>
    /// Joins a sparse segment with the one that it once was split from; false if that one is not fit.
    /// </summary>
    private static bool TryJoin(ShardHeap heap, SortedRoot* root, ulong hash, ulong word)
    {
        int depth = MemberSegment.DepthOf(word);
        ulong bit = 1UL << (64 - depth);
        ulong other = WordOf(root, hash ^ bit);
        int count = MemberSegment.Count(word) + MemberSegment.Count(other);
        if (MemberSegment.DepthOf(other) != depth || count > JoinMax) return false;
        ulong left = (hash & bit) == 0 ? word : other;
        ulong right = left == word ? other : word;
        ulong joined = MemberSegment.Create(heap, depth - 1, count);
        int at = 0;
        if (!TryJoin(joined, left, 0, ref at)
            || !TryJoin(joined, right, 1u << (MemberSegment.TagBits - 1), ref at))
        {
            MemberSegment.Free(heap, joined);
            return false;
        }
        SetWords(root, hash, joined);
        MemberSegment.Free(heap, left);
        MemberSegment.Free(heap, right);
        if (depth == root->Depth)
        {
            root->Deepest -= 2;
            if (root->Deepest == 0) HalveDirectory(heap, root);
        }
        return true;
    }

    private static bool TryJoin(ulong joined, ulong part, uint firstBit, ref int at)
    {
        ulong* slots = MemberSegment.Slots(part);
        int end = MemberSegment.HomesOf(part) + MemberSegment.ExtraSlots;
        for (int index = 0; index < end; index++)
        {
            if (slots[index] == 0) continue;
            uint tag = (MemberSegment.TagOf(slots[index]) >> 1) | firstBit;
            if (!MemberSegment.TryAppend(joined, tag, MemberSegment.ElementOf(slots[index]), ref at)) return false;
        }
        return true;
    }

    /// <summary>Puts a segment's word wherever hashes lead to it.</summary>
    private static void SetWords(SortedRoot* root, ulong hash, ulong word)
    {
        if (root->Depth == 0)
        {
            root->Segment = word;
            return;
        }
        int depth = MemberSegment.DepthOf(word);
        int shared = root->Depth - depth;
        ulong first = depth == 0 ? 0 : (hash >> (64 - depth)) << shared;
        new Span<ulong>(root->Directory + first, 1 << shared).Fill(word);
        // Any word will do to say that there is an index.
        root->Segment = word;
    }

    private static void DoubleDirectory(ShardHeap heap, SortedRoot* root)
    {
        int words = 1 << root->Depth;
        ulong* directory = (ulong*)heap.AllocateStructure(words * 2 * sizeof(ulong));
        for (int index = 0; index < words; index++)
        {
            ulong word = root->Depth == 0 ? root->Segment : root->Directory[index];
            directory[index * 2] = word;
            directory[(index * 2) + 1] = word;
        }
        if (root->Depth > 0) heap.FreeStructure((byte*)root->Directory, words * sizeof(ulong));
        root->Directory = directory;
        root->Depth++;
        root->Deepest = 0;
    }

    private static void HalveDirectory(ShardHeap heap, SortedRoot* root)
    {
        while (root->Deepest == 0)
        {
            int words = 1 << root->Depth;
            ulong* old = root->Directory;
            root->Depth--;
            if (root->Depth == 0)
            {
                root->Segment = old[0];
                root->Directory = null;
            }
            else
            {
                root->Directory = (ulong*)heap.AllocateStructure(words / 2 * sizeof(ulong));
                for (int index = 0; index < words / 2; index++) root->Directory[index] = old[index * 2];
            }
            heap.FreeStructure((byte*)old, words * sizeof(ulong));
            root->Deepest = root->Depth == 0 ? 1 : CountDeepest(root);
        }
    }

    private static int CountDeepest(SortedRoot* root)
    {
        int count = 0;
        for (int index = 0; index < 1 << root->Depth; index++)
        {
            if (MemberSegment.DepthOf(root->Directory[index]) == root->Depth) count++;
        }
        return count;
    }
}
