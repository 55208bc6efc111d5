using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>Walks a whole stream and ends the process where it is not what it should be: for tests.</summary>
internal static unsafe class StreamCheck
{
    internal static void Verify(StreamRoot* root, ShardHeap heap)
    {
        Invariant.Check(heap.UsedBytes >= root->Structure.HeldBytes);
        TreeCheck.Verify(root->Nodes, NodeItem.Bytes);
        (long live, StreamId first, StreamId last) = (0, StreamId.Zero, StreamId.Zero);
        for (TreeCursor cursor = TreeCursor.First(root->Nodes, NodeItem.Bytes); !cursor.IsEnd; cursor.MoveNext())
        {
            NodeItem* node = (NodeItem*)cursor.Item;
            Invariant.Check(StreamPackCheck.IsValid(StreamNodes.Pack(node), node->MasterId, ref last));
            Invariant.Check(StreamNodes.Capacity(root, node) >= StreamNodes.Pack(node).Length);
            live += StreamPack.Live(StreamNodes.Pack(node));
        }
        Invariant.Check(live == root->Structure.Count);
        last = StreamId.Zero;
        StreamEntryReader reader = new(root, StreamId.Zero, StreamId.Max, isBackwards: false);
        while (reader.MoveNext())
        {
            Invariant.Check(reader.Id > last);
            if (first.IsZero) first = reader.Id;
            last = reader.Id;
            live--;
        }
        Invariant.Check(live == 0 && first == root->FirstId && last <= root->LastId);
        for (int index = 0; index < root->Groups.Count; index++)
        {
            GroupBlock* group = (GroupBlock*)root->Groups[index];
            Invariant.Check(index == 0
                || root->Groups[index - 1]->Name.SequenceCompareTo(group->Named.Name) < 0);
            GroupEditor.Verify(group);
        }
    }
}
