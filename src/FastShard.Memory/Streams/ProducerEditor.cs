using System.IO.Hashing;

namespace FastShard.Memory;

/// <summary>Changes of what a stream knows of its idempotent producers. Keeps no books.</summary>
internal static unsafe class ProducerEditor
{
    internal static StreamId HashOf(ReadOnlySpan<byte> id)
    {
        UInt128 hash = XxHash128.HashToUInt128(id, KeyHash.Seed);
        return new StreamId((ulong)(hash >> 64), (ulong)hash);
    }

    /// <summary>The item of an id that is not over; null if there is none.</summary>
    internal static ProducedItem* Find(
        ProducersBlock* producers, ProducerBlock* producer, ReadOnlySpan<byte> id, long nowMillis)
    {
        ProducedItem* item = (ProducedItem*)TreeSearch.Find(producer->Ids, HashOf(id), ProducedItem.Bytes);
        if (item == null || !item->Id->Name.SequenceEqual(id)) return null;
        return IsOver(producers, item->Millis, nowMillis) ? null : item;
    }

    internal static void Record(
        ShardHeap heap, ProducersBlock* producers, ProducerBlock* producer, ReadOnlySpan<byte> id, StreamId entry,
        long nowMillis)
    {
        StreamId hash = HashOf(id);
        Forget(heap, producer, hash);
        while (producer->Ids.Count >= producers->MaxIds) Forget(heap, producer, Oldest(producer)->Id);
        ProducedItem* item =
            (ProducedItem*)TreeEditor.Insert(heap, &producer->Ids, hash, ProducedItem.Bytes, out _);
        item->Entry = entry;
        item->Millis = nowMillis;
        item->Turn = producer->NextTurn++;
        item->Id = NamedBlock.Create(heap, NamedBlock.Bytes, id);
        TurnItem* turn = (TurnItem*)TreeEditor.Insert(heap, &producer->Turns, TurnOf(item), TurnItem.Bytes, out _);
        turn->Id = hash;
    }

    /// <summary>Forgets a producer's ids that are over; true if none is left.</summary>
    internal static bool Expire(
        ShardHeap heap, ProducersBlock* producers, ProducerBlock* producer, long nowMillis)
    {
        while (producer->Turns.Count > 0)
        {
            TurnItem* oldest = Oldest(producer);
            if (!IsOver(producers, (long)oldest->Millis, nowMillis)) return false;
            Forget(heap, producer, oldest->Id);
        }
        return true;
    }

    internal static void RemoveAt(ShardHeap heap, ProducersBlock* producers, int place)
    {
        ProducerBlock* producer = (ProducerBlock*)producers->Producers[place];
        while (producer->Turns.Count > 0) Forget(heap, producer, Oldest(producer)->Id);
        producers->Producers.RemoveAt(heap, place);
        NamedBlock.Free(heap, &producer->Named);
    }

    internal static bool IsOver(ProducersBlock* producers, long millis, long nowMillis) =>
        nowMillis - millis >= producers->DurationSeconds * 1000L;

    private static TurnItem* Oldest(ProducerBlock* producer) =>
        (TurnItem*)TreeCursor.First(producer->Turns, TurnItem.Bytes).Item;

    private static StreamId TurnOf(ProducedItem* item) => new((ulong)item->Millis, item->Turn);

    private static void Forget(ShardHeap heap, ProducerBlock* producer, StreamId hash)
    {
        ProducedItem* item = (ProducedItem*)TreeSearch.Find(producer->Ids, hash, ProducedItem.Bytes);
        if (item == null) return;
        NamedBlock.Free(heap, item->Id);
        TreeEditor.Remove(heap, &producer->Turns, TurnOf(item), TurnItem.Bytes);
        TreeEditor.Remove(heap, &producer->Ids, hash, ProducedItem.Bytes);
    }
}
