using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Changes of a consumer group, which keep its trees in step: each pending delivery is once in the group's, once in the
/// order of time, and once in its owner's if it has one. Keeps no books of memory.
/// </summary>
internal static unsafe class GroupEditor
{
    internal const int OwnedBytes = TreeKey.Bytes;

    internal static PendingItem* Find(GroupBlock* group, StreamId id) =>
        (PendingItem*)TreeSearch.Find(group->Pending, id, PendingItem.Bytes);

    /// <summary>Makes a delivery pending as told, whatever it was before. No owner: it is released.</summary>
    internal static void Put(
        ShardHeap heap, GroupBlock* group, StreamId id, ConsumerBlock* owner, long millis, long count)
    {
        PendingItem* item =
            (PendingItem*)TreeEditor.Insert(heap, &group->Pending, id, PendingItem.Bytes, out bool isNew);
        ConsumerBlock* before = null;
        if (!isNew)
        {
            before = item->Owner;
            if (before == null) group->Released--;
            TreeEditor.Remove(heap, &group->Turns, TurnOf(item), TurnItem.Bytes);
        }
        item->Owner = owner;
        item->DeliveryMillis = millis;
        item->DeliveryCount = count;
        item->Turn = group->NextTurn++;
        TurnItem* turn = (TurnItem*)TreeEditor.Insert(heap, &group->Turns, TurnOf(item), TurnItem.Bytes, out _);
        turn->Id = id;
        if (owner == null) group->Released++;
        if (before == owner) return;
        if (before != null) TreeEditor.Remove(heap, &before->Pending, id, OwnedBytes);
        if (owner != null) TreeEditor.Insert(heap, &owner->Pending, id, OwnedBytes, out _);
    }

    /// <summary>Forgets a delivery; false if there was none.</summary>
    internal static bool Remove(ShardHeap heap, GroupBlock* group, StreamId id)
    {
        PendingItem* item = Find(group, id);
        if (item == null) return false;
        if (item->Owner == null) group->Released--;
        else TreeEditor.Remove(heap, &item->Owner->Pending, id, OwnedBytes);
        TreeEditor.Remove(heap, &group->Turns, TurnOf(item), TurnItem.Bytes);
        TreeEditor.Remove(heap, &group->Pending, id, PendingItem.Bytes);
        return true;
    }

    internal static GroupBlock* Create(ShardHeap heap, StreamRoot* root, int place, ReadOnlySpan<byte> name)
    {
        long before = heap.UsedBytes;
        GroupBlock* group = (GroupBlock*)NamedBlock.Create(heap, sizeof(GroupBlock), name);
        group->HeldBytes = heap.UsedBytes - before;
        group->EntriesRead = GroupBlock.UnknownRead;
        root->Groups.Insert(heap, place, &group->Named);
        return group;
    }

    internal static ConsumerBlock* CreateConsumer(
        ShardHeap heap, GroupBlock* group, int place, ReadOnlySpan<byte> name, long nowMillis)
    {
        ConsumerBlock* consumer = (ConsumerBlock*)NamedBlock.Create(heap, sizeof(ConsumerBlock), name);
        consumer->SeenMillis = nowMillis;
        consumer->ActiveMillis = -1;
        group->Consumers.Insert(heap, place, &consumer->Named);
        return consumer;
    }

    /// <summary>Removes a consumer with what it owns; returns how many deliveries that were.</summary>
    internal static long RemoveConsumer(ShardHeap heap, GroupBlock* group, int place)
    {
        ConsumerBlock* consumer = (ConsumerBlock*)group->Consumers[place];
        long owned = consumer->Pending.Count;
        while (consumer->Pending.Count > 0)
            Remove(heap, group, TreeKey.Of(consumer->Pending.Last(OwnedBytes)));
        group->Consumers.RemoveAt(heap, place);
        NamedBlock.Free(heap, &consumer->Named);
        return owned;
    }

    /// <summary>Frees a group that is in no index any more, while there is budget; true when all is freed.</summary>
    internal static bool FreeSome(ShardHeap heap, GroupBlock* group, ref int budget)
    {
        if (!FreeSome(heap, &group->Pending, PendingItem.Bytes, ref budget)) return false;
        if (!FreeSome(heap, &group->Turns, TurnItem.Bytes, ref budget)) return false;
        while (group->Consumers.Count > 0)
        {
            if (--budget < 0) return false;
            int last = group->Consumers.Count - 1;
            ConsumerBlock* consumer = (ConsumerBlock*)group->Consumers[last];
            if (!FreeSome(heap, &consumer->Pending, OwnedBytes, ref budget)) return false;
            group->Consumers.RemoveAt(heap, last);
            NamedBlock.Free(heap, &consumer->Named);
        }
        NamedBlock.Free(heap, &group->Named);
        return true;
    }

    internal static StreamId TurnOf(PendingItem* item) => new((ulong)item->DeliveryMillis, item->Turn);

    /// <summary>Checks that the trees tell the same: for tests.</summary>
    internal static void Verify(GroupBlock* group)
    {
        TreeCheck.Verify(group->Pending, PendingItem.Bytes);
        TreeCheck.Verify(group->Turns, TurnItem.Bytes);
        Invariant.Check(group->Turns.Count == group->Pending.Count);
        long released = 0;
        TreeCursor cursor = TreeCursor.First(group->Pending, PendingItem.Bytes);
        for (; !cursor.IsEnd; cursor.MoveNext())
        {
            PendingItem* item = (PendingItem*)cursor.Item;
            TurnItem* turn = (TurnItem*)TreeSearch.Find(group->Turns, TurnOf(item), TurnItem.Bytes);
            Invariant.Check(turn != null && turn->Id == item->Id);
            if (item->Owner == null) released++;
            else Invariant.Check(TreeSearch.Find(item->Owner->Pending, item->Id, OwnedBytes) != null);
        }
        Invariant.Check(released == group->Released);
        long owned = 0;
        for (int index = 0; index < group->Consumers.Count; index++)
        {
            ConsumerBlock* consumer = (ConsumerBlock*)group->Consumers[index];
            TreeCheck.Verify(consumer->Pending, OwnedBytes);
            owned += consumer->Pending.Count;
        }
        Invariant.Check(owned + released == group->Pending.Count);
    }

    private static bool FreeSome(ShardHeap heap, OrderedTree* tree, int itemBytes, ref int budget)
    {
        // A leaf is one block, whatever is in it.
        const int LeafCost = 2;
        while (tree->Count > 0)
        {
            if (budget <= 0) return false;
            budget -= LeafCost;
            TreeEditor.RemoveFirstLeaf(heap, tree, itemBytes);
        }
        return true;
    }
}
