namespace FastShard.Memory;

/// <summary>
/// Large structures that nobody can reach any more, waiting to be freed element by element, a bounded step at a time:
/// removing a key never takes longer than removing a small one.
/// </summary>
internal sealed unsafe class StructureGraves
{
    private readonly ShardHeap _heap;
    private readonly List<Grave> _graves = [];

    internal StructureGraves(ShardHeap heap) => _heap = heap;

    /// <summary>
    /// How many elements may still be freed at once with their entries before these are buried too: for whoever frees
    /// many entries at a time. Without end for whoever frees one.
    /// </summary>
    internal int Allowance { get; set; } = int.MaxValue;

    /// <summary>Elements that were freed at once with their entries, since the beginning.</summary>
    internal long Erased { get; set; }

    /// <summary>Elements not freed yet.</summary>
    internal long Elements { get; private set; }

    /// <summary>Structures not freed yet.</summary>
    internal int Count => _graves.Count;

    /// <summary>Structures that were buried and are freed since.</summary>
    internal long Freed { get; private set; }

    /// <summary>Takes over a structure by a copy of its root.</summary>
    internal void Bury(byte kind, StructureRoot* root, int rootBytes)
    {
        byte* copy = _heap.AllocateStructure(rootBytes);
        Buffer.MemoryCopy(root, copy, rootBytes, rootBytes);
        Elements += root->Count;
        _graves.Add(new Grave(kind, (nint)copy, rootBytes));
    }

    /// <summary>Frees about so many elements; true while there is more.</summary>
    internal bool Reclaim(int budget)
    {
        while (budget > 0 && _graves.Count > 0)
        {
            Grave grave = _graves[^1];
            StructureRoot* root = (StructureRoot*)grave.Root;
            long before = root->Count;
            bool isFreed = StructureKinds.FreeSome(_heap, grave.Kind, root, ref budget);
            Elements -= isFreed ? before : before - root->Count;
            if (!isFreed) continue;
            _graves.RemoveAt(_graves.Count - 1);
            Freed++;
            _heap.FreeStructure((byte*)grave.Root, grave.RootBytes);
            budget--;
        }
        return _graves.Count > 0;
    }

    private readonly record struct Grave(byte Kind, nint Root, int RootBytes);
}
