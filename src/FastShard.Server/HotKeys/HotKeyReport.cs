using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Server.Sharding;

namespace FastShard.Server.HotKeys;

/// <summary>What all shards' samplers know, put together; all shards are held.</summary>
internal static class HotKeyReport
{
    /// <summary>
    /// The hottest keys, hottest first; those that a shard sees less often than
    /// <paramref name="leastPerSecond"/> are left out.
    /// </summary>
    public static List<HotKey> Hottest(FastShardServer server, int count, double leastPerSecond = 0)
    {
        Dictionary<ulong, HotKey> keys = [];
        foreach (Shard shard in server.Shards)
        {
            double total = shard.HotKeys.Reads.Total + shard.HotKeys.Writes.Total;
            if (total == 0) continue;
            Dictionary<ulong, double> weights = [];
            Gather(server, shard, shard.HotKeys.Reads, isWrite: false, leastPerSecond, keys, weights);
            Gather(server, shard, shard.HotKeys.Writes, isWrite: true, leastPerSecond, keys, weights);
            foreach ((ulong id, double weight) in weights)
            {
                HotKey key = keys[id];
                double share = Math.Min(1, weight / total);
                if (share > key.Share) (key.Share, key.Shard) = (share, shard.Index);
            }
        }
        List<HotKey> sorted = [.. keys.Values];
        sorted.Sort(static (left, right) => right.Operations.CompareTo(left.Operations));
        if (sorted.Count > count) sorted.RemoveRange(count, sorted.Count - count);
        return sorted;
    }

    /// <summary>The heaviest keys of a session's sketches.</summary>
    public static List<(byte[] Name, long Weight)> Heaviest(
        FastShardServer server, ReadOnlySpan<KeySketch> sketches, int count)
    {
        Dictionary<ulong, (byte[] Name, long Weight)> keys = [];
        foreach (KeySketch sketch in sketches)
        {
            for (int row = 0; row < KeySketch.RowCount; row++)
            {
                HotKeyRow found = sketch.Rows[row];
                if (found.Weight <= 0) continue;
                long before = keys.TryGetValue(found.Id, out (byte[] Name, long Weight) known) ? known.Weight : 0;
                keys[found.Id] = (known.Name ?? NameOf(server, sketch, row), before + found.Weight);
            }
        }
        List<(byte[] Name, long Weight)> sorted = [.. keys.Values];
        sorted.Sort(static (left, right) => right.Weight.CompareTo(left.Weight));
        if (sorted.Count > count) sorted.RemoveRange(count, sorted.Count - count);
        return sorted;
    }

    /// <summary>The largest of all shards, largest first.</summary>
    public static List<LargestKey> Largest(FastShardServer server, bool isReply, int count)
    {
        List<LargestKey> sorted = [];
        foreach (Shard shard in server.Shards)
            sorted.AddRange((isReply ? shard.HotKeys.LargeReplies : shard.HotKeys.LargeValues).All);
        sorted.Sort(static (left, right) => right.Bytes.CompareTo(left.Bytes));
        if (sorted.Count > count) sorted.RemoveRange(count, sorted.Count - count);
        return sorted;
    }

    private static void Gather(
        FastShardServer server, Shard shard, KeySketch sketch, bool isWrite, double leastPerSecond,
        Dictionary<ulong, HotKey> keys, Dictionary<ulong, double> weights)
    {
        double perSecond = 1000 / shard.HotKeys.WindowMillis;
        for (int row = 0; row < KeySketch.RowCount; row++)
        {
            HotKeyRow found = sketch.Rows[row];
            double rate = found.Weight * perSecond;
            // A few writes of a key that is read a lot matter as well.
            if (found.Weight <= 0 || (rate < leastPerSecond && !keys.ContainsKey(found.Id))) continue;
            if (!keys.TryGetValue(found.Id, out HotKey? key))
            {
                keys[found.Id] = key = new HotKey
                {
                    Name = NameOf(server, sketch, row),
                    Database = found.Database,
                    Slot = found.Slot,
                    Hash = found.Hash,
                    Shard = shard.Index,
                };
            }
            if (isWrite) key.Writes += rate;
            else key.Reads += rate;
            key.Bytes += rate * found.Bytes;
            weights[found.Id] = weights.GetValueOrDefault(found.Id) + found.Weight;
        }
    }

    // A name that was too long to be kept is in the table, if the key is.
    private static byte[] NameOf(FastShardServer server, KeySketch sketch, int row)
    {
        HotKeyRow found = sketch.Rows[row];
        if (found.IsCut)
        {
            Database home = server.Dataset.Home(found.Slot, found.Database);
            if (home.Table.TryFindHash(found.Slot, found.Hash, out Entry entry)) return entry.Key.ToArray();
        }
        return sketch.NameOf(row).ToArray();
    }
}
