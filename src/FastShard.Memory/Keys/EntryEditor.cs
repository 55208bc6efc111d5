using System.Runtime.CompilerServices;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// Changes of an entry that is in the index: another value, length or deadline. All of them go through one
/// operation, Reshape, which gives the block another layout, in place where its size class stays the same, and
/// keeps the books of slot and table.
/// </summary>
internal static unsafe class EntryEditor
{
    private const int DoublingMaxBytes = 1024 * 1024;

    /// <summary>Another value; the old one is freed. A null blob means an inline value of that length.</summary>
    internal static void Replace(
        KeyTable table, ref Entry entry, byte kind, Blob blob, int inlineLength, long expiryMillis)
    {
        Invariant.Slow(expiryMillis >= 0);
        Blob old = entry.Blob;
        if (entry.IsStructure) StructureEraser.Free(table.Heap, table.Header(entry.Slot), entry.Block);
        Reshape(table, ref entry, expiryMillis, !blob.IsNull, inlineLength, keptBytes: 0);
        *entry.Block = kind;
        DropBlob(table, entry.Slot, old);
        if (!blob.IsNull) AttachBlob(table, entry, blob);
    }

    internal static void SetExpiry(KeyTable table, ref Entry entry, long expiryMillis)
    {
        Invariant.Slow(expiryMillis >= 0);
        int inlineLength = EntryLayout.InlineLength(entry.Block);
        Reshape(table, ref entry, expiryMillis, entry.IsBlob, inlineLength, inlineLength);
    }

    internal static void Resize(KeyTable table, ref Entry entry, int length)
    {
        if (length >= Blob.Threshold)
        {
            if (entry.IsBlob) ResizeBlob(table, entry, length);
            else MoveToBlob(table, ref entry, length);
        }
        else if (entry.IsBlob)
        {
            MoveToBlock(table, ref entry, length);
        }
        else
        {
            int before = entry.ValueLength;
            Reshape(table, ref entry, entry.ExpiryMillis, isBlob: false, length, Math.Min(before, length));
            if (length > before) InlineValue(entry)[before..].Clear();
        }
    }

    internal static Span<byte> Mutable(KeyTable table, ref Entry entry)
    {
        if (!entry.IsBlob) return InlineValue(entry);
        Blob blob = entry.Blob;
        if (blob.ReferenceCount > 1) blob = CopyBlob(table, entry, blob.Length, blob.Length);
        return blob.Span;
    }

    private static Span<byte> InlineValue(in Entry entry) => new(
        entry.Block + EntryLayout.ValueOffset(entry.Block), EntryLayout.InlineLength(entry.Block));

    private static void ResizeBlob(KeyTable table, in Entry entry, int length)
    {
        Blob blob = entry.Blob;
        int before = blob.Length;
        bool isTooSmall = length > blob.Capacity;
        // A blob of which little is left gives its memory back.
        bool isTooLarge = length < blob.Capacity / 4;
        if (isTooSmall || isTooLarge || blob.ReferenceCount > 1)
            blob = CopyBlob(table, entry, length, isTooSmall ? WithSlack(length) : length);
        else
            blob.SetLength(length);
        if (length > before) blob.Span[before..].Clear();
    }

    private static long WithSlack(int length) => (long)length + Math.Min(length, DoublingMaxBytes);

    /// <summary>Puts a copy of other length in the place of the entry's blob; new bytes are uninitialised.</summary>
    private static Blob CopyBlob(KeyTable table, in Entry entry, int length, long capacity)
    {
        Blob old = entry.Blob;
        Blob copy = AllocateBlob(length, capacity);
        int kept = Math.Min(old.Length, length);
        old.ReadOnly[..kept].CopyTo(copy.Span);
        DropBlob(table, entry.Slot, old);
        AttachBlob(table, entry, copy);
        return copy;
    }

    private static Blob AllocateBlob(int length, long capacity)
    {
        // Without the memory for slack the value itself may still fit.
        if (Blob.TryAllocate(length, capacity, out Blob blob)) return blob;
        return Blob.Allocate(length);
    }

    private static void MoveToBlob(KeyTable table, ref Entry entry, int length)
    {
        Blob blob = AllocateBlob(length, WithSlack(length));
        ReadOnlySpan<byte> value = entry.Value;
        value.CopyTo(blob.Span);
        blob.Span[value.Length..].Clear();
        Reshape(table, ref entry, entry.ExpiryMillis, isBlob: true, EntryLayout.BlobBytes, keptBytes: 0);
        AttachBlob(table, entry, blob);
    }

    private static void MoveToBlock(KeyTable table, ref Entry entry, int length)
    {
        Blob blob = entry.Blob;
        Reshape(table, ref entry, entry.ExpiryMillis, isBlob: false, length, keptBytes: 0);
        int kept = Math.Min(blob.Length, length);
        Span<byte> value = InlineValue(entry);
        blob.ReadOnly[..kept].CopyTo(value);
        value[kept..].Clear();
        DropBlob(table, entry.Slot, blob);
    }

    private static void DropBlob(KeyTable table, int slot, Blob blob)
    {
        if (blob.IsNull) return;
        table.Header(slot)->AllocatedBytes -= blob.AllocatedBytes;
        blob.Release();
    }

    private static void AttachBlob(KeyTable table, in Entry entry, Blob blob)
    {
        EntryLayout.SetBlob(entry.Block, blob);
        table.Header(entry.Slot)->AllocatedBytes += blob.AllocatedBytes;
    }

    /// <summary>
    /// Gives the block the layout for this deadline and this kind and length of value area. Keeps the key, the first
    /// <paramref name="keptBytes"/> of the value area, type, encoding and clock. Writes the deadline.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Reshape(
        KeyTable table, ref Entry entry, long expiryMillis, bool isBlob, int inlineLength, int keptBytes)
    {
        byte* block = entry.Block;
        uint oldFlags = EntryLayout.Flags(block);
        int keyLength = EntryLayout.KeyLength(block);
        uint flags = EntryLayout.FlagsFor(keyLength, expiryMillis != 0, isBlob) | (oldFlags & EntryLayout.MarkFlag);
        int oldSize = EntryLayout.Size(block);
        int size = EntryLayout.Size(flags, keyLength, inlineLength);
        long oldExpiry = entry.ExpiryMillis;
        uint clock = EntryLayout.Clock(block);
        byte kind = *block;

        int from = EntryLayout.KeyOffset(oldFlags);
        int to = EntryLayout.KeyOffset(flags);
        if (!table.Heap.Fits(block, oldSize, size))
            block = MoveBlock(table, ref entry, oldSize, size, from, to, keyLength + keptBytes);
        else if (from != to)
            Buffer.MemoryCopy(block + from, block + to, size - to, keyLength + keptBytes);
        EntryLayout.WriteHeader(block, kind, flags, clock, keyLength, inlineLength);
        if (expiryMillis != 0) *EntryLayout.Expiry(block) = expiryMillis;
        if (expiryMillis != oldExpiry) NoteExpiry(table, entry, oldExpiry, expiryMillis);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte* MoveBlock(
        KeyTable table, ref Entry entry, int oldSize, int size, int from, int to, int kept)
    {
        ShardHeap heap = table.Heap;
        byte* old = entry.Block;
        byte* bucket = Segment.CellBucket(entry.Cell);
        int cell = Segment.CellPlace(entry.Cell);
        ulong value = Bucket.ReadCell(bucket, cell);
        byte* block = heap.Allocate(size, out ulong reference);
        Buffer.MemoryCopy(old + from, block + to, size - to, kept);
        table.Header(entry.Slot)->AllocatedBytes +=
            ShardHeap.BlockBytes(block, size) - ShardHeap.BlockBytes(old, oldSize);
        heap.Free(value & Bucket.ReferenceMask, old, oldSize);
        Bucket.WriteCell(bucket, cell, reference | (value & Bucket.VolatileBit));
        entry = new Entry(block, entry.Cell, entry.Slot);
        return block;
    }

    private static void NoteExpiry(KeyTable table, in Entry entry, long before, long after)
    {
        SlotHeader* header = table.Header(entry.Slot);
        ulong hash = header->Root.IsDirectory ? KeyHash.Of(entry.Key) : 0;
        table.CountExpiry(SlotIndex.SegmentOf(header, hash), entry.Slot, before, after);
        byte* bucket = Segment.CellBucket(entry.Cell);
        int cell = Segment.CellPlace(entry.Cell);
        ulong reference = Bucket.ReadCell(bucket, cell) & Bucket.ReferenceMask;
        Bucket.WriteCell(bucket, cell, after != 0 ? reference | Bucket.VolatileBit : reference);
    }
}
