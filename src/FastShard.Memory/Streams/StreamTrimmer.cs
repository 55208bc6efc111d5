namespace FastShard.Memory;

/// <summary>Removes entries from the front of a stream, whole nodes at once where that is the same.</summary>
internal static unsafe class StreamTrimmer
{
    internal static long Trim(ShardHeap heap, StreamRoot* root, in StreamTrim trim)
    {
        long removed = 0;
        StreamId from = StreamId.Zero;
        while (true)
        {
            TreeCursor cursor = TreeCursor.AtLeast(root->Nodes, from, NodeItem.Bytes);
            if (cursor.IsEnd || (trim.IsByLength && root->Structure.Count <= trim.MaxLength)) break;
            NodeItem* node = (NodeItem*)cursor.Item;
            long live = StreamPack.Live(StreamNodes.Pack(node));
            if (trim.Limit > 0 && removed + live > trim.Limit) break;
            bool isWhole = trim.IsByLength
                ? root->Structure.Count - live >= trim.MaxLength
                : LastIdOf(node) < trim.MinId;
            if (!isWhole && trim.IsApproximate) break;
            StreamId master = node->MasterId;
            if (isWhole && trim.References == StreamReferences.Keep)
            {
                StreamNodes.RemoveNode(heap, root, node);
                root->Structure.Count -= live;
                removed += live;
            }
            else
            {
                removed += RemoveEntries(heap, root, master, trim);
                // What is still referenced may leave more to do in the nodes behind.
                if (!isWhole && trim.References != StreamReferences.Acknowledged) break;
            }
            if (!master.TryNext(out from)) break;
        }
        if (removed > 0) FindFirst(root);
        return removed;
    }

    /// <summary>Sets the first live entry's id anew.</summary>
    internal static void FindFirst(StreamRoot* root)
    {
        StreamEntryReader reader = new(root, StreamId.Zero, StreamId.Max, isBackwards: false);
        root->FirstId = reader.MoveNext() ? reader.Id : StreamId.Zero;
    }

    /// <summary>Removes single entries from the front of a node.</summary>
    private static long RemoveEntries(ShardHeap heap, StreamRoot* root, StreamId master, in StreamTrim trim)
    {
        long removed = 0;
        NodeItem* node = (NodeItem*)TreeSearch.Find(root->Nodes, master, NodeItem.Bytes);
        int at = StreamPack.FirstEntry(StreamNodes.Pack(node));
        while (true)
        {
            ReadOnlySpan<byte> pack = StreamNodes.Pack(node);
            if (Listpack.IsEnd(pack, at)) return removed;
            int fields = (int)StreamPack.Integer(pack, StreamPack.FieldCountAt(pack));
            PackedEntry entry = PackedEntry.Read(pack, at, master, fields);
            if (trim.IsByLength ? root->Structure.Count <= trim.MaxLength : entry.Id >= trim.MinId) return removed;
            int next = entry.Skip(pack);
            if (!entry.IsDeleted && MayRemove(heap, root, entry.Id, trim.References))
            {
                int before = pack.Length;
                removed++;
                root->Structure.Count--;
                if (StreamNodes.DeleteEntry(heap, root, node, at)) return removed;
                // The counts in front may have changed their length.
                next += *(int*)node->Pack - before;
            }
            at = next;
        }
    }

    private static bool MayRemove(ShardHeap heap, StreamRoot* root, StreamId id, StreamReferences references)
    {
        if (references == StreamReferences.Acknowledged) return !StreamGroups.IsReferenced(root, id);
        if (references == StreamReferences.Delete) StreamGroups.Forget(heap, root, id);
        return true;
    }

    /// <summary>The id of a node's last entry, be it deleted or not.</summary>
    internal static StreamId LastIdOf(NodeItem* node)
    {
        ReadOnlySpan<byte> pack = StreamNodes.Pack(node);
        int at = Listpack.Last(pack);
        long elements = StreamPack.Integer(pack, at);
        if (elements == 0) return node->MasterId;
        for (; elements > 0; elements--) at = Listpack.Previous(pack, at);
        return PackedEntry.Read(pack, at, node->MasterId, 0).Id;
    }
}
