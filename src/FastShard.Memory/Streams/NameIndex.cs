using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>Blocks that begin with their name (<see cref="NamedBlock"/>), in the order of the names' bytes.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct NameIndex
{
    private const int SmallestRoom = 2;

    private NamedBlock** _blocks;
    private int _count;
    private int _room;

    internal readonly int Count => _count;

    internal readonly NamedBlock* this[int index] => _blocks[index];

    /// <summary>The place of a name: where it is, or (false) where it belongs.</summary>
    internal readonly bool TryFind(ReadOnlySpan<byte> name, out int place)
    {
        (int low, int high) = (0, _count);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int order = _blocks[middle]->Name.SequenceCompareTo(name);
            if (order == 0)
            {
                place = middle;
                return true;
            }
            if (order < 0) low = middle + 1;
            else high = middle;
        }
        place = low;
        return false;
    }

    // OWNER: the block belongs to the index from here on.
    internal void Insert(ShardHeap heap, int place, NamedBlock* block)
    {
        if (_count == _room)
        {
            int room = Math.Max(SmallestRoom, _room * 2);
            _blocks = (NamedBlock**)(_blocks == null
                ? heap.AllocateStructure(room * sizeof(NamedBlock*))
                : heap.ResizeStructure((byte*)_blocks, _room * sizeof(NamedBlock*), room * sizeof(NamedBlock*)));
            _room = room;
        }
        long behind = (_count - place) * sizeof(NamedBlock*);
        Buffer.MemoryCopy(_blocks + place, _blocks + place + 1, behind, behind);
        _blocks[place] = block;
        _count++;
    }

    /// <summary>Takes a block out; the caller frees it. The last one's going frees the index.</summary>
    internal void RemoveAt(ShardHeap heap, int place)
    {
        _count--;
        long behind = (_count - place) * sizeof(NamedBlock*);
        Buffer.MemoryCopy(_blocks + place + 1, _blocks + place, behind, behind);
        if (_count > 0) return;
        heap.FreeStructure((byte*)_blocks, _room * sizeof(NamedBlock*));
        this = default;
    }
}
