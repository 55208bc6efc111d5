namespace FastShard.Memory;

/// <summary>Freeing and copying a stream as a whole.</summary>
internal static unsafe class StreamKind
{
    internal static bool FreeSome(ShardHeap heap, StreamRoot* root, ref int budget)
    {
        if (!StreamNodes.FreeSome(heap, root, ref budget)) return false;
        while (root->Groups.Count > 0)
        {
            if (budget <= 0) return false;
            int last = root->Groups.Count - 1;
            if (!GroupEditor.FreeSome(heap, (GroupBlock*)root->Groups[last], ref budget)) return false;
            root->Groups.RemoveAt(heap, last);
        }
        if (root->Producers == null) return true;
        while (root->Producers->Producers.Count > 0)
        {
            if (budget <= 0) return false;
            int last = root->Producers->Producers.Count - 1;
            ProducerBlock* producer = (ProducerBlock*)root->Producers->Producers[last];
            budget -= (int)Math.Min(producer->Ids.Count + 1, int.MaxValue / 2);
            ProducerEditor.RemoveAt(heap, root->Producers, last);
        }
        heap.FreeStructure((byte*)root->Producers, sizeof(ProducersBlock));
        root->Producers = null;
        return true;
    }

    internal static void Copy(StreamRoot* source, ShardHeap heap, StreamRoot* target)
    {
        target->Structure.Count = source->Structure.Count;
        target->LastId = source->LastId;
        target->FirstId = source->FirstId;
        target->MaxDeletedId = source->MaxDeletedId;
        target->EntriesAdded = source->EntriesAdded;
        TreeCursor nodes = TreeCursor.First(source->Nodes, NodeItem.Bytes);
        for (; !nodes.IsEnd; nodes.MoveNext())
        {
            NodeItem* node = (NodeItem*)nodes.Item;
            StreamNodes.TryAdd(heap, target, node->MasterId, StreamNodes.Pack(node));
        }
        for (int index = 0; index < source->Groups.Count; index++)
            CopyGroup((GroupBlock*)source->Groups[index], heap, target, index);
        if (source->Producers != null) CopyProducers(source->Producers, heap, target);
    }

    private static void CopyGroup(GroupBlock* source, ShardHeap heap, StreamRoot* root, int place)
    {
        GroupBlock* group = GroupEditor.Create(heap, root, place, source->Named.Name);
        long before = heap.UsedBytes;
        group->LastId = source->LastId;
        group->EntriesRead = source->EntriesRead;
        for (int index = 0; index < source->Consumers.Count; index++)
        {
            ConsumerBlock* old = (ConsumerBlock*)source->Consumers[index];
            ConsumerBlock* consumer = GroupEditor.CreateConsumer(heap, group, index, old->Named.Name, old->SeenMillis);
            consumer->ActiveMillis = old->ActiveMillis;
        }
        // In the order of time, so that the copy's turns come out alike.
        TreeCursor turns = TreeCursor.First(source->Turns, TurnItem.Bytes);
        for (; !turns.IsEnd; turns.MoveNext())
        {
            PendingItem* item = GroupEditor.Find(source, ((TurnItem*)turns.Item)->Id);
            ConsumerBlock* owner = null;
            if (item->Owner != null && group->Consumers.TryFind(item->Owner->Named.Name, out int owned))
                owner = (ConsumerBlock*)group->Consumers[owned];
            GroupEditor.Put(heap, group, item->Id, owner, item->DeliveryMillis, item->DeliveryCount);
        }
        group->HeldBytes += heap.UsedBytes - before;
    }

    private static void CopyProducers(ProducersBlock* source, ShardHeap heap, StreamRoot* root)
    {
        ProducersBlock* producers = (ProducersBlock*)heap.AllocateStructure(sizeof(ProducersBlock));
        *producers = *source;
        producers->Producers = default;
        root->Producers = producers;
        for (int index = 0; index < source->Producers.Count; index++)
        {
            ProducerBlock* old = (ProducerBlock*)source->Producers[index];
            NamedBlock* named = NamedBlock.Create(heap, sizeof(ProducerBlock), old->Named.Name);
            producers->Producers.Insert(heap, index, named);
            TreeCursor turns = TreeCursor.First(old->Turns, TurnItem.Bytes);
            for (; !turns.IsEnd; turns.MoveNext())
            {
                StreamId hash = ((TurnItem*)turns.Item)->Id;
                ProducedItem* item = (ProducedItem*)TreeSearch.Find(old->Ids, hash, ProducedItem.Bytes);
                ProducerEditor.Record(
                    heap, producers, (ProducerBlock*)named, item->Id->Name, item->Entry, item->Millis);
            }
        }
    }
}
