// The signature of a value in DEBUG DIGEST, bit for bit as Redis computes it, so that the data of different servers can
// be compared: SHA-1 over the elements, each mixed into what came before where order matters, and combined by exclusive
// or where it does not.

using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using FastShard.Engine.Hashes;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Lists;
using FastShard.Engine.Sets;
using FastShard.Engine.SortedSets;
using FastShard.Engine.Strings;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Keys;

/// <summary>Signatures of values.</summary>
public static class EntryDigest
{
    /// <summary>Bytes of a signature.</summary>
    public const int Bytes = SHA1.HashSizeInBytes;

    /// <summary>Adds an entry's type, value and the fact of a deadline to a signature.</summary>
    public static void Add(Database home, in Entry entry, Span<byte> digest)
    {
        Span<byte> type = stackalloc byte[sizeof(uint)];
        // Redis counts modules before streams.
        uint number = entry.Type == ValueType.Stream ? 6 : (uint)entry.Type;
        BinaryPrimitives.WriteUInt32BigEndian(type, number);
        Mix(digest, type);
        switch (entry.Type)
        {
            case ValueType.String:
                Span<byte> scratch = stackalloc byte[StringValue.ScratchBytes];
                Mix(digest, StringValue.Bytes(entry, scratch));
                break;
            case ValueType.List:
                AddList(home, entry, digest);
                break;
            case ValueType.Set:
                Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
                foreach (PackElement member in new SetValue(home, entry).Walk()) Xor(digest, member.Bytes(digits));
                break;
            case ValueType.SortedSet:
                AddSortedSet(home, entry, digest);
                break;
            case ValueType.Hash:
                AddHash(home, entry, digest);
                break;
            case ValueType.Stream:
                AddStream(home, entry, digest);
                break;
        }
        if (entry.HasExpiry) Xor(digest, "!!expire!!"u8);
    }

#pragma warning disable CA5350 // Not a matter of security: Redis's signature is made of SHA-1.
    /// <summary>Combines a signature with bytes whose place does not matter.</summary>
    public static void Xor(Span<byte> digest, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[Bytes];
        SHA1.HashData(bytes, hash);
        for (int index = 0; index < Bytes; index++) digest[index] ^= hash[index];
    }

    /// <summary>Combines a signature with bytes that come next.</summary>
    public static void Mix(Span<byte> digest, ReadOnlySpan<byte> bytes)
    {
        Xor(digest, bytes);
        Span<byte> hash = stackalloc byte[Bytes];
        SHA1.HashData(digest, hash);
        hash.CopyTo(digest);
    }
#pragma warning restore CA5350

    private static void AddList(Database home, in Entry entry, Span<byte> digest)
    {
        Span<byte> digits = stackalloc byte[Listpack.ScratchBytes];
        Span<byte> scratch = stackalloc byte[ListWalk.ScratchBytes];
        ListValue list = ListValue.Of(home, new EncodingLimits(), entry);
        for (ListWalk walk = list.Seek(0, scratch); !walk.IsEnd; walk.Move(backwards: false))
            Mix(digest, walk.Element.Bytes(digits));
    }

    private static void AddSortedSet(Database home, in Entry entry, Span<byte> digest)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        Span<byte> score = stackalloc byte[Numbers.MaxDoubleBytes];
        Span<byte> pair = stackalloc byte[Bytes];
        SortedWalk walk = SortedSetValue.Of(home.Table, entry).Walk(0, backwards: false, scratch);
        while (walk.MoveNext())
        {
            pair.Clear();
            Mix(pair, walk.Member);
            Mix(pair, score[..Numbers.FormatDouble17(walk.Score, score)]);
            Xor(digest, pair);
        }
    }

    private static void AddHash(Database home, in Entry entry, Span<byte> digest)
    {
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        Span<byte> pair = stackalloc byte[Bytes];
        HashWalk walk = new HashValue(home, entry).Walk();
        while (walk.MoveNextLive(home.Owner.NowMillis))
        {
            pair.Clear();
            Mix(pair, walk.Field.Bytes(scratch));
            Mix(pair, walk.Value.Bytes(scratch));
            if (walk.DeadlineMillis != 0) Xor(pair, "!!hexpire!!"u8);
            Xor(digest, pair);
        }
    }

    private static void AddStream(Database home, in Entry entry, Span<byte> digest)
    {
        Span<byte> scratch = stackalloc byte[(2 * Numbers.MaxInt64Bytes) + 1];
        StreamEntryReader reader = new(home.Table.Structure(entry), StreamId.Zero, StreamId.Max, isBackwards: false);
        while (reader.MoveNext())
        {
            StreamId id = reader.Id;
            Utf8.TryWrite(scratch, CultureInfo.InvariantCulture, $"{id.Millis}.{id.Sequence}", out int length);
            Mix(digest, scratch[..length]);
            while (reader.TryNextPair(out PackElement field, out PackElement value))
            {
                Mix(digest, field.Bytes(scratch));
                Mix(digest, value.Bytes(scratch));
            }
        }
    }
}
