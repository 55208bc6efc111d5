namespace FastShard.Memory;

/// <summary>A node's place: its chunk and its slot there. Null is behind the last node and before the first.</summary>
internal unsafe struct ListPlace
{
    internal ListPlace(ListChunk* chunk, int slot)
    {
        Chunk = chunk;
        Slot = slot;
    }

    internal ListChunk* Chunk;

    internal int Slot;

    internal readonly bool IsNull => Chunk == null;

    internal readonly ListNode* Node => ListChunk.SlotsOf(Chunk) + Slot;

    /// <summary>The place behind.</summary>
    internal readonly ListPlace Next
    {
        get
        {
            if (Slot + 1 < Chunk->End) return new ListPlace(Chunk, Slot + 1);
            ListChunk* next = Chunk->Next;
            return next == null ? default : new ListPlace(next, next->Begin);
        }
    }

    /// <summary>The place before.</summary>
    internal readonly ListPlace Previous
    {
        get
        {
            if (Slot > Chunk->Begin) return new ListPlace(Chunk, Slot - 1);
            ListChunk* previous = Chunk->Previous;
            return previous == null ? default : new ListPlace(previous, previous->End - 1);
        }
    }
}
