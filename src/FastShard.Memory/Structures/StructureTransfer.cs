using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Structures that go from one entry to another: RENAME, MOVE and COPY, within a heap or between heaps.
/// </summary>
internal static unsafe class StructureTransfer
{
    internal static void Take(KeyTable from, in Entry source, KeyTable to, in Entry target)
    {
        if (from.Heap != to.Heap)
        {
            Copy(from, source, to, target);
            return;
        }
        int bytes = CheckAlike(source, target);
        StructureHandle old = from.Structure(source);
        StructureHandle taken = to.Structure(target);
        Buffer.MemoryCopy(old.Root, taken.Root, bytes, bytes);
        old.Book(-taken.HeldBytes);
        taken.Book(taken.HeldBytes);
        old.Clear(bytes);
    }

    internal static void Copy(KeyTable from, in Entry source, KeyTable to, in Entry target)
    {
        int bytes = CheckAlike(source, target);
        StructureHandle original = from.Structure(source);
        StructureHandle copy = to.Structure(target);
        copy.Clear(bytes);
        long opened = copy.Open();
        StructureKinds.Copy(original.Heap, original.Root, *source.Block, copy.Heap, copy.Root);
        copy.Root->HeldBytes = 0;
        copy.Close(opened);
    }

    private static int CheckAlike(in Entry source, in Entry target)
    {
        Invariant.Check(*source.Block == *target.Block && source.ValueLength == target.ValueLength);
        return source.ValueLength;
    }
}
