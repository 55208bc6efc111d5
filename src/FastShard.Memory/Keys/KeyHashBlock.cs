using System.Buffers.Binary;

namespace FastShard.Memory;

/// <summary>
/// Entries of a <see cref="KeyTable"/> that are looked for by their hash alone: the "key" is the eight bytes of it.
/// </summary>
internal readonly unsafe struct KeyHashBlock : IIndexed
{
    public static bool IsMovable => true;

    // SAFETY: an index calls this and the next for blocks that it names. OWNER: its table. LIVES: during the call.
    public static ulong HashOf(byte* block) => KeyHash.Of(EntryLayout.Key(block));

    // SAFETY: as above.
    public static bool HasKey(byte* block, ReadOnlySpan<byte> key) =>
        HashOf(block) == BinaryPrimitives.ReadUInt64LittleEndian(key);
}
