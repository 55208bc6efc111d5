namespace FastShard.Memory;

/// <summary>Frees and copies whole lists, for <see cref="StructureKinds"/>. Keeps no books.</summary>
internal static unsafe class QuickListBlocks
{
    // Freeing a node is freeing one block, whatever it holds; it costs about as much as freeing so many elements.
    private const int NodeCost = 4;

    /// <summary>Frees nodes from the front while there is budget, at least one; true when all is freed.</summary>
    internal static bool FreeSome(ShardHeap heap, ListRoot* root, ref int budget)
    {
        while (root->First != null)
        {
            ListChunk* chunk = root->First;
            ListNode* slots = ListChunk.SlotsOf(chunk);
            while (chunk->Begin < chunk->End)
            {
                if (budget <= 0) return false;
                ListNode* node = slots + chunk->Begin;
                heap.FreeStructure(node->Block, node->Capacity);
                chunk->Begin++;
                chunk->Count -= node->Count;
                root->Structure.Count -= node->Count;
                root->Nodes--;
                budget -= NodeCost;
            }
            ListChunk.Unlink(heap, root, chunk);
        }
        return true;
    }

    /// <summary>Fills a cleared root with copies of all nodes.</summary>
    internal static void Copy(ListRoot* source, ShardHeap heap, ListRoot* target)
    {
        for (ListChunk* chunk = source->First; chunk != null; chunk = chunk->Next)
        {
            for (int slot = chunk->Begin; slot < chunk->End; slot++)
            {
                ListNode* node = ListChunk.SlotsOf(chunk) + slot;
                ListPlace copy = ListChunk.Insert(heap, target, default);
                byte* block = heap.AllocateStructure(node->Capacity);
                Buffer.MemoryCopy(node->Block, block, node->Capacity, node->Capacity);
                *copy.Node = *node;
                copy.Node->Block = block;
                copy.Chunk->Count += node->Count;
            }
        }
        target->Structure.Count = source->Structure.Count;
    }
}
