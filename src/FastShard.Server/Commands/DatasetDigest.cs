// DEBUG DIGEST, bit for bit as Redis computes it, so that the data of different servers can be compared: a SHA-1 mix
// over each key with its value, combined by exclusive or, so that the order of keys does not matter.

using System.Buffers.Binary;
using FastShard.Engine.Keys;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Server.Commands;

/// <summary>Signatures of keys and of the whole dataset.</summary>
internal static class DatasetDigest
{
    private const int Bytes = EntryDigest.Bytes;

    private const int EntriesAtATime = 64;

    /// <summary>The signature of all databases in hex; 40 zeros when they are empty.</summary>
    public static string OfAll(Dataset dataset, long nowMillis)
    {
        Span<byte> digest = stackalloc byte[Bytes];
        digest.Clear();
        Span<byte> number = stackalloc byte[sizeof(uint)];
        for (int index = 0; index < dataset.DatabaseCount; index++)
        {
            if (!HasKeys(dataset, index)) continue;
            BinaryPrimitives.WriteUInt32BigEndian(number, (uint)index);
            EntryDigest.Mix(digest, number);
            foreach (Keyspace keyspace in dataset.Keyspaces) AddAll(keyspace[index], digest, nowMillis);
        }
        return Convert.ToHexStringLower(digest);
    }

    private static bool HasKeys(Dataset dataset, int index)
    {
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            if (keyspace.Existing(index) is { Table.Count: > 0 }) return true;
        }
        return false;
    }

    private static void AddAll(Database home, Span<byte> digest, long nowMillis)
    {
        KeyTable table = home.Table;
        Span<Entry> entries = new Entry[EntriesAtATime];
        Span<byte> one = stackalloc byte[Bytes];
        for (int slot = table.NextSlot(0); slot >= 0; slot = table.NextSlot(slot + 1))
        {
            uint position = 0;
            do
            {
                int count = table.Scan(slot, ref position, entries);
                for (int index = 0; index < count; index++)
                {
                    if (entries[index].HasExpiry && entries[index].ExpiryMillis <= nowMillis) continue;
                    one.Clear();
                    EntryDigest.Mix(one, entries[index].Key);
                    EntryDigest.Add(home, entries[index], one);
                    EntryDigest.Xor(digest, one);
                }
            }
            while (position != 0);
        }
    }
}
