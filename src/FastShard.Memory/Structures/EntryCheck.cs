using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Walks the whole value of an entry, whatever it is, and ends the process where something is not as it must be. For
/// tests: it looks at everything.
/// </summary>
internal static unsafe class EntryCheck
{
    internal static void Verify(ShardHeap heap, in Entry entry)
    {
        switch (entry.Encoding)
        {
            case ValueEncoding.ListPack or ValueEncoding.ListPackEx:
                Invariant.Check(ListpackCheck.IsValid(entry.Value, out int count) && count > 0);
                break;
            case ValueEncoding.IntSet: CheckIntegers(entry.Value); break;
            case ValueEncoding.HashTable: FieldTableCheck.Run(heap, (FieldTableRoot*)Root(entry)); break;
            case ValueEncoding.SkipList: SortedSetCheck.Check((SortedRoot*)Root(entry)); break;
            case ValueEncoding.Stream: StreamCheck.Verify((StreamRoot*)Root(entry), heap); break;
            case ValueEncoding.QuickList:
                QuickListCheck.Run((ListRoot*)Root(entry), ListLimits.Of(-1));
                break;
            default: break;
        }
        // No collection is empty, but for streams.
        bool isEmptyCollection = entry.IsStructure && entry.Encoding != ValueEncoding.Stream && Root(entry)->Count == 0;
        Invariant.Check(!isEmptyCollection);
    }

    private static StructureRoot* Root(in Entry entry) => EntryLayout.Root(entry.Block);

    private static void CheckIntegers(ReadOnlySpan<byte> set)
    {
        int count = IntSet.Count(set);
        Invariant.Check(count > 0);
        for (int rank = 1; rank < count; rank++) Invariant.Check(IntSet.Get(set, rank - 1) < IntSet.Get(set, rank));
    }
}
