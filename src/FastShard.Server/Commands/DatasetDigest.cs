// DEBUG DIGEST, bit for bit as Redis computes it, so that the data of different servers can be compared: a SHA-1 mix
// over each key with its value, combined by exclusive or, so that the order of keys does not matter.

using System.Buffers.Binary;
using System.Security.Cryptography;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Server.Commands;

/// <summary>Signatures of keys and of the whole dataset.</summary>
internal static class DatasetDigest
{
    public const int Bytes = SHA1.HashSizeInBytes;

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
            Mix(digest, number);
            foreach (Keyspace keyspace in dataset.Keyspaces) AddAll(keyspace[index].Table, digest, nowMillis);
        }
        return Convert.ToHexStringLower(digest);
    }

    /// <summary>Adds an entry's type, value and the fact of a deadline.</summary>
    public static void AddValue(in Entry entry, Span<byte> digest)
    {
        Span<byte> type = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(type, (uint)entry.Type);
        Mix(digest, type);
        if (entry.Encoding == ValueEncoding.Int)
        {
            Span<byte> text = stackalloc byte[Numbers.MaxInt64Bytes];
            Mix(digest, text[..Numbers.FormatInt64(entry.Integer, text)]);
        }
        else
        {
            Mix(digest, entry.Value);
        }
        if (entry.HasExpiry) Xor(digest, "!!expire!!"u8);
    }

    private static bool HasKeys(Dataset dataset, int index)
    {
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            if (keyspace.Existing(index) is { Table.Count: > 0 }) return true;
        }
        return false;
    }

    private static void AddAll(KeyTable table, Span<byte> digest, long nowMillis)
    {
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
                    Mix(one, entries[index].Key);
                    AddValue(entries[index], one);
                    Xor(digest, one);
                }
            }
            while (position != 0);
        }
    }

#pragma warning disable CA5350 // Not a matter of security: Redis's signature is made of SHA-1.
    private static void Xor(Span<byte> digest, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA1.HashData(bytes, hash);
        for (int index = 0; index < Bytes; index++) digest[index] ^= hash[index];
    }

    private static void Mix(Span<byte> digest, ReadOnlySpan<byte> bytes)
    {
        Xor(digest, bytes);
        Span<byte> hash = stackalloc byte[Bytes];
        SHA1.HashData(digest, hash);
        hash.CopyTo(digest);
    }
#pragma warning restore CA5350
}
