using System.Buffers.Binary;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Persistence.Commands;

/// <summary>A key that does not exist, for a value that steps aside within one command.</summary>
internal static class SpareName
{
    /// <summary>Room for the name.</summary>
    public const int BytesMax = sizeof(ulong);

    /// <summary>A free name in the same table; its slot may be another shard's, which looks elsewhere.</summary>
    public static Key Of(in Key key, Span<byte> room)
    {
        ReadOnlySpan<byte> name = room[..BytesMax];
        for (ulong number = key.Hash; ; number++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room, number);
            ulong hash = KeyHash.Of(name);
            int slot = KeySlot.Of(name);
            if (!key.Home.Table.TryFind(slot, hash, name, out _)) return new Key(name, slot, hash, key.Home);
        }
    }
}
