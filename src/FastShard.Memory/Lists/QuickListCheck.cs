using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>Walks a whole list and ends the process where something is not as it must be. For tests.</summary>
internal static unsafe class QuickListCheck
{
    internal static void Run(ListRoot* root, ListLimits limits)
    {
        long elements = 0;
        long nodes = 0;
        ListChunk* previous = null;
        for (ListChunk* chunk = root->First; chunk != null; chunk = chunk->Next)
        {
            Invariant.Check(chunk->Previous == previous);
            Invariant.Check(chunk->Begin >= 0 && chunk->Begin < chunk->End && chunk->End <= chunk->Capacity);
            long held = 0;
            for (int slot = chunk->Begin; slot < chunk->End; slot++)
            {
                ListNode* node = ListChunk.SlotsOf(chunk) + slot;
                held += node->Count;
                CheckNode(node);
            }
            Invariant.Check(held == chunk->Count);
            elements += held;
            nodes += chunk->Nodes;
            previous = chunk;
        }
        Invariant.Check(root->Last == previous && root->Structure.Count == elements && root->Nodes == nodes);
        Invariant.Check((elements == 0) == (nodes == 0) && limits.Bytes > 0);
    }

    private static void CheckNode(ListNode* node)
    {
        Invariant.Check(node->Count > 0);
        if (node->Kind == ListNodeKind.Plain)
        {
            Invariant.Check(node->Count == 1);
            return;
        }
        if (node->Kind == ListNodeKind.Dense)
        {
            CheckRecords(node);
            return;
        }
        int start = *(int*)node->Block;
        int total = PackNode.BytesOf(node);
        Invariant.Check(start >= 0 && PackNode.HeaderBytes + start + total <= node->Capacity);
        Invariant.Check(ListpackCheck.IsValid(PackNode.Pack(node), out int count) && count == node->Count);
    }

    private static void CheckRecords(ListNode* node)
    {
        DenseHeader* header = (DenseHeader*)node->Block;
        Span<byte> scratch = stackalloc byte[DenseNode.ScratchBytes];
        int bit = header->FirstBit;
        for (int index = 0; index < node->Count; index++)
        {
            Invariant.Check(bit == DenseNode.BitOf(node, index));
            int length = DenseNode.Read(node, bit, scratch);
            Invariant.Check(length >= header->MinLength && length <= header->MaxLength);
            bit += DenseNode.WidthAt(node, bit);
        }
        Invariant.Check(header->BitsAt + ((bit + 7) / 8) + DenseBits.SlackBytes <= node->Capacity);
    }
}
