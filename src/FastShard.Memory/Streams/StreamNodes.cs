using FastShard.Memory.Heap;

namespace FastShard.Memory;

/// <summary>
/// The listpacks of a stream: filling the last one, deleting from and removing any. The last one's block has room to
/// grow, the others' are as long as they are. Keeps no books.
/// </summary>
internal static unsafe class StreamNodes
{
    /// <summary>The bytes of a node's pack.</summary>
    // SAFETY: the pack's header says how long it is. OWNER: the stream. LIVES: until the next change of the stream.
    internal static Span<byte> Pack(NodeItem* node) => PackBlock.Span(node->Pack);

    internal static NodeItem* Last(StreamRoot* root) => (NodeItem*)root->Nodes.Last(NodeItem.Bytes);

    /// <summary>The node where an id is, if it is anywhere; null if all begin behind it.</summary>
    internal static NodeItem* NodeOf(StreamRoot* root, StreamId id)
    {
        TreeCursor cursor = TreeCursor.AtMost(root->Nodes, id, NodeItem.Bytes);
        return cursor.IsEnd ? null : (NodeItem*)cursor.Item;
    }

    /// <summary>Adds an entry whose id is behind all others; the caller counts it.</summary>
    internal static void Append<TFields>(
        ShardHeap heap, StreamRoot* root, StreamId id, in TFields fields, long textBytes, StreamLimits limits)
        where TFields : IStreamFields, allows ref struct
    {
        NodeItem* node = Last(root);
        long bound = StreamPack.Bound(textBytes, fields.Count);
        bool hasSameFields = true;
        if (node == null || limits.IsFull(Pack(node), textBytes))
        {
            if (node != null) Seal(heap, root);
            node = Begin(heap, root, id, fields, bound);
        }
        else
        {
            hasSameFields = StreamPack.HasFields(Pack(node), fields);
            long needed = *(int*)node->Pack + bound;
            if (needed > root->TailRoom) GrowTail(heap, root, node, needed, limits);
        }
        StreamPack.Append(new Span<byte>(node->Pack, root->TailRoom), node->MasterId, id, fields, hasSameFields);
    }

    /// <summary>Deletes an entry of a node; true if that was its last and the node is gone.</summary>
    internal static bool DeleteEntry(ShardHeap heap, StreamRoot* root, NodeItem* node, int entry)
    {
        Span<byte> pack = Pack(node);
        if (StreamPack.Live(pack) == 1)
        {
            RemoveNode(heap, root, node);
            return true;
        }
        // The counts may need some bytes more.
        const int Slack = 16;
        int bytes = Capacity(root, node);
        if (bytes < pack.Length + Slack)
        {
            node->Pack = heap.ResizeStructure(node->Pack, bytes, pack.Length + Slack);
            if (IsFilling(root, node)) root->TailRoom = pack.Length + Slack;
            bytes = pack.Length + Slack;
        }
        StreamPack.Delete(new Span<byte>(node->Pack, bytes), entry);
        if (!IsFilling(root, node)) node->Pack = heap.ResizeStructure(node->Pack, bytes, *(int*)node->Pack);
        return false;
    }

    /// <summary>Frees a node with all its entries.</summary>
    internal static void RemoveNode(ShardHeap heap, StreamRoot* root, NodeItem* node)
    {
        StreamId master = node->MasterId;
        FreePack(heap, root, node);
        TreeEditor.Remove(heap, &root->Nodes, master, NodeItem.Bytes);
    }

    /// <summary>Adds a whole, valid node; false if it does not come behind all others.</summary>
    internal static bool TryAdd(ShardHeap heap, StreamRoot* root, StreamId master, ReadOnlySpan<byte> pack)
    {
        NodeItem* last = Last(root);
        if (last != null && master <= last->MasterId) return false;
        if (last != null) Seal(heap, root);
        NodeItem* node = (NodeItem*)TreeEditor.Insert(heap, &root->Nodes, master, NodeItem.Bytes, out _);
        node->Pack = PackBlock.Copy(heap, pack);
        return true;
    }

    /// <summary>Frees nodes while there is budget; true when there are none left.</summary>
    internal static bool FreeSome(ShardHeap heap, StreamRoot* root, ref int budget)
    {
        const int NodeCost = 4;
        while (root->Nodes.Count > 0)
        {
            if (budget <= 0) return false;
            TreeCursor cursor = TreeCursor.First(root->Nodes, NodeItem.Bytes);
            TreeNode* leaf = TreeSearch.LeafOf(root->Nodes.Root, cursor.Key);
            budget -= leaf->Count * NodeCost;
            for (int index = 0; index < leaf->Count; index++)
            {
                NodeItem* node = (NodeItem*)leaf->Item(index, NodeItem.Bytes);
                root->Structure.Count = Math.Max(0, root->Structure.Count - StreamPack.Live(Pack(node)));
                FreePack(heap, root, node);
            }
            TreeEditor.RemoveFirstLeaf(heap, &root->Nodes, NodeItem.Bytes);
        }
        return true;
    }

    /// <summary>Bytes of the block that a node's pack lies in.</summary>
    internal static int Capacity(StreamRoot* root, NodeItem* node) =>
        IsFilling(root, node) ? root->TailRoom : *(int*)node->Pack;

    private static bool IsFilling(StreamRoot* root, NodeItem* node) => root->TailRoom > 0 && node == Last(root);

    private static NodeItem* Begin<TFields>(
        ShardHeap heap, StreamRoot* root, StreamId id, in TFields fields, long bound)
        where TFields : IStreamFields, allows ref struct
    {
        // The master entry has the field names, and the entry that follows has none.
        int room = Rounded((int)bound);
        NodeItem* node = (NodeItem*)TreeEditor.Insert(heap, &root->Nodes, id, NodeItem.Bytes, out _);
        node->Pack = heap.AllocateStructure(room);
        root->TailRoom = room;
        StreamPack.Begin(new Span<byte>(node->Pack, room), fields);
        return node;
    }

    /// <summary>Growing by half each time, a node is copied a few times until it is full.</summary>
    private static void GrowTail(ShardHeap heap, StreamRoot* root, NodeItem* node, long needed, StreamLimits limits)
    {
        long generous = Math.Min(needed + (needed / 2), limits.Bytes);
        int room = Rounded((int)Math.Max(needed, generous));
        node->Pack = heap.ResizeStructure(node->Pack, Capacity(root, node), room);
        root->TailRoom = room;
    }

    private static void Seal(ShardHeap heap, StreamRoot* root)
    {
        if (root->TailRoom == 0) return;
        NodeItem* last = Last(root);
        last->Pack = heap.ResizeStructure(last->Pack, root->TailRoom, *(int*)last->Pack);
        root->TailRoom = 0;
    }

    private static void FreePack(ShardHeap heap, StreamRoot* root, NodeItem* node)
    {
        heap.FreeStructure(node->Pack, Capacity(root, node));
        if (IsFilling(root, node)) root->TailRoom = 0;
    }

    // The whole of the block that would be given anyway.
    private static int Rounded(int bytes) => bytes <= SizeClasses.MaxBytes ? SizeClasses.Round(bytes) : bytes;
}
