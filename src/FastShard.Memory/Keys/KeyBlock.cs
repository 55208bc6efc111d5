using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>Entries of a <see cref="KeyTable"/>, for their index.</summary>
internal readonly unsafe struct KeyBlock : IIndexed
{
    public static bool IsMovable => true;

    public static ulong HashOf(byte* block) => KeyHash.Of(EntryLayout.Key(block));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasKey(byte* block, ReadOnlySpan<byte> key) => EntryLayout.HasKey(block, key);
}
