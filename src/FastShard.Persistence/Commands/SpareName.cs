using System.Buffers.Binary;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Persistence.Commands;

/// <summary>A key of another's slot that does not exist, for a value that steps aside within one command.</summary>
internal static class SpareName
{
    /// <summary>Room for the name.</summary>
    public const int BytesMax = sizeof(ulong);

    /// <summary>A free name in the same table; it need not hash to the slot, which nobody looks at meanwhile.</summary>
    public static Key Of(in Key key, Span<byte> room)
    {
        for (ulong number = key.Hash; ; number++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(room, number);
            ReadOnlySpan<byte> name = room[..BytesMax];
            ulong hash = KeyHash.Of(name);
            if (!key.Home.Table.TryFind(key.Slot, hash, name, out _)) return new Key(name, key.Slot, hash, key.Home);
        }
    }
}
