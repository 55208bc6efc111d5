using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// The kinds of structure, by encoding and type: the one place that leads from an entry's header to the code that frees
/// or copies its structure.
/// </summary>
internal static unsafe class StructureKinds
{
    /// <summary>
    /// Frees elements while there is budget (one per element, at least one a call). True when all blocks are freed;
    /// until then the root stands for what is left. Keeps no books.
    /// </summary>
    internal static bool FreeSome(ShardHeap heap, byte kind, StructureRoot* root, ref int budget)
    {
        if (root->HeldBytes == 0 && root->Count == 0) return true;
        switch ((ValueEncoding)(kind >> 4))
        {
            case ValueEncoding.QuickList: return QuickListBlocks.FreeSome(heap, (ListRoot*)root, ref budget);
            case ValueEncoding.SkipList: return SortedSetKind.FreeSome(heap, (SortedRoot*)root, ref budget);
            case ValueEncoding.HashTable:
                return FieldTableLife.FreeSome(heap, (FieldTableRoot*)root, ref budget);
            case ValueEncoding.Stream: return StreamKind.FreeSome(heap, (StreamRoot*)root, ref budget);
            default:
                Invariant.Check(false);
                return true;
        }
    }

    /// <summary>
    /// Fills a cleared root in another (or the same) heap with copies of all elements. Keeps no books.
    /// </summary>
    internal static void Copy(ShardHeap from, StructureRoot* source, byte kind, ShardHeap to, StructureRoot* target)
    {
        // Of streams even an empty one knows its last id.
        bool isStream = (ValueEncoding)(kind >> 4) == ValueEncoding.Stream;
        if (source->Count == 0 && source->HeldBytes == 0 && !isStream) return;
        switch ((ValueEncoding)(kind >> 4))
        {
            case ValueEncoding.QuickList: QuickListBlocks.Copy((ListRoot*)source, to, (ListRoot*)target); return;
            case ValueEncoding.SkipList: SortedSetKind.Copy((SortedRoot*)source, to, (SortedRoot*)target); return;
            case ValueEncoding.HashTable:
                FieldTableLife.Copy(from, (FieldTableRoot*)source, to, (FieldTableRoot*)target);
                return;
            case ValueEncoding.Stream: StreamKind.Copy((StreamRoot*)source, to, (StreamRoot*)target); return;
            default:
                Invariant.Check(false);
                return;
        }
    }
}
