using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// A borrowed view of one key of a <see cref="KeyTable"/>: valid until the next change of the table or step of
/// compaction. May be kept in spans, never in a field that outlives the command. Of several entries in hand, those that
/// were not removed can still be read when others were; to change them they are looked up again by their key.
/// </summary>
public readonly unsafe struct Entry
{
    private readonly byte* _block;
    private readonly byte* _cell;
    private readonly int _slot;

    // SAFETY: only tables make entries, from a block and a cell that the index holds. OWNER: the table.
    // LIVES: until the next change of the table.
    internal Entry(byte* block, byte* cell, int slot)
    {
        _block = block;
        _cell = cell;
        _slot = slot;
    }

    /// <summary>No key.</summary>
    public bool IsNull => _block == null;

    /// <summary>The slot that the key lies in.</summary>
    public int Slot => _slot;

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Key => EntryLayout.Key(_block);

    /// <summary>What the key holds.</summary>
    public ValueType Type => (ValueType)(*_block & 15);

    /// <summary>How the value is kept.</summary>
    public ValueEncoding Encoding => (ValueEncoding)(*_block >> 4);

    /// <summary>Whether the key has a deadline.</summary>
    public bool HasExpiry => EntryLayout.HasExpiry(_block);

    /// <summary>The deadline in milliseconds since 1970, 0 if none.</summary>
    public long ExpiryMillis => HasExpiry ? *EntryLayout.Expiry(_block) : 0;

    /// <summary>The value's bytes.</summary>
    public ReadOnlySpan<byte> Value
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsBlob
            ? Blob.ReadOnly
            : new(_block + EntryLayout.ValueOffset(_block), *(ushort*)(_block + EntryLayout.ValueLengthOffset));
    }

    /// <summary>Bytes of the value.</summary>
    public int ValueLength => IsBlob ? Blob.Length : *(ushort*)(_block + EntryLayout.ValueLengthOffset);

    /// <summary>Whether the value lies in a blob.</summary>
    public bool IsBlob => EntryLayout.IsBlob(_block);

    /// <summary>Whether the value is the root of a structure: see <see cref="KeyTable.Structure"/>.</summary>
    public bool IsStructure => EntryLayout.IsStructure(_block);

    /// <summary>The blob of the value, null if it lies in the entry. Take a reference to keep it.</summary>
    public Blob Blob => IsBlob ? EntryLayout.BlobOf(_block) : default;

    /// <summary>The value of an entry encoded as <see cref="ValueEncoding.Int"/>.</summary>
    public long Integer => *(long*)(_block + EntryLayout.ValueOffset(_block));

    /// <summary>24 bits for the eviction policy: a clock, or a clock and a frequency.</summary>
    public uint AccessClock => EntryLayout.Clock(_block);

    /// <summary>Bytes taken for this key: block, blob or structure, and its share of the index.</summary>
    public long AllocatedBytes => ShardHeap.BlockBytes(_block, EntryLayout.Size(_block))
        + (IsBlob ? Blob.AllocatedBytes : 0) + (IsStructure ? EntryLayout.Root(_block)->HeldBytes : 0)
        + (Bucket.Bytes / Bucket.Cells);

    /// <summary>Changes the integer of an entry encoded as <see cref="ValueEncoding.Int"/>.</summary>
    public void SetInteger(long value) => *(long*)(_block + EntryLayout.ValueOffset(_block)) = value;

    /// <summary>Changes the <see cref="AccessClock"/>.</summary>
    public void SetAccessClock(uint clock) => EntryLayout.SetClock(_block, clock);

    /// <summary>The block's bytes as they lie in memory.</summary>
    internal ReadOnlySpan<byte> Raw => new(_block, EntryLayout.Size(_block));

    internal byte* Block => _block;

    internal byte* Cell => _cell;
}
