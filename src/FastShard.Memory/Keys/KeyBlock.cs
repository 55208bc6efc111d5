using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>Entries of a <see cref="KeyTable"/>, for their index.</summary>
internal readonly unsafe struct KeyBlock : IIndexed
{
    public static bool IsMovable => true;

    // SAFETY: an index calls this and the next for blocks that it names. OWNER: its table. LIVES: during the call.
    public static ulong HashOf(byte* block) => KeyHash.Of(EntryLayout.Key(block));

    // SAFETY: as above.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasKey(byte* block, ReadOnlySpan<byte> key) => EntryLayout.HasKey(block, key);
}
