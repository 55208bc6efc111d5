using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>What a block of a <see cref="NameIndex"/> begins with; the name lies at its end.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct NamedBlock
{
    internal const int Bytes = 8;

    private int _nameOffset;
    private int _nameLength;

    // SAFETY: written by Create. OWNER: the block. LIVES: as long as the block.
    internal ReadOnlySpan<byte> Name => new((byte*)Unsafe.AsPointer(ref this) + _nameOffset, _nameLength);

    /// <summary>A block of zeroes with a name behind them. OWNER: the caller, by Free.</summary>
    internal static NamedBlock* Create(ShardHeap heap, int bytes, ReadOnlySpan<byte> name)
    {
        NamedBlock* block = (NamedBlock*)heap.AllocateStructure(bytes + name.Length);
        new Span<byte>(block, bytes).Clear();
        block->_nameOffset = bytes;
        block->_nameLength = name.Length;
        name.CopyTo(new Span<byte>((byte*)block + bytes, name.Length));
        return block;
    }

    internal static void Free(ShardHeap heap, NamedBlock* block) =>
        heap.FreeStructure((byte*)block, block->_nameOffset + block->_nameLength);
}
