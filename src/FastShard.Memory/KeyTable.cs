using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// One logical database of one shard: 16384 slots, each with an index of its own over entries in the shard's heap.
/// A slot's number must be <see cref="KeySlot.Of"/> of the key, its hash <see cref="KeyHash.Of"/>. Whoever holds the
/// shard's token may call. A change makes the other entries in hand unfit for changes (their place in the index may
/// have moved: look the key up again), but key and value of each stay readable until it changes itself or compaction
/// takes a step.
/// </summary>
/// <remarks>
/// Where things are: <see cref="SlotArray"/> the slots, <see cref="SlotIndex"/> growing, splitting and shrinking,
/// <see cref="Segment"/> searching, <see cref="EntryLayout"/> the blocks, <see cref="EntryEditor"/> changing values,
/// <see cref="SlotEraser"/> freeing, <see cref="SlotScanner"/> SCAN, <see cref="KeySampler"/> random keys,
/// <see cref="Compactor"/> moving.
/// SAFETY: slots are checked; entries come from this table. OWNER: the table owns blocks, blobs and bucket arrays.
/// LIVES: spans of an entry until its next change.
/// </remarks>
public sealed unsafe class KeyTable
{
    private readonly ShardHeap _heap;
    private readonly nint* _regions;
    private SlotArray _slots;
    private SlotHeader* _headers;
    private int _reclaimPlace;
    private long _unreclaimedBytes;
    private bool _counted;
    private bool _released;

    /// <summary>An empty table whose entries will live in <paramref name="heap"/>.</summary>
    public KeyTable(ShardHeap heap)
    {
        _heap = heap;
        _regions = heap.RegionAddresses;
        _slots = new SlotArray(heap);
        _headers = _slots.Headers;
        heap.Register(this);
    }

    /// <summary>Keys.</summary>
    public long Count { get; private set; }

    /// <summary>Keys with a deadline.</summary>
    public long VolatileCount { get; internal set; }

    /// <summary>
    /// Sum of all deadlines in milliseconds, modulo 2^64: with wrapping arithmetic, sum - count * now is the exact
    /// sum of the times left.
    /// </summary>
    public long ExpirySumMillis { get; internal set; }

    internal ShardHeap Heap => _heap;

    /// <summary>True while a detached table must stay whole, because somebody still walks over it.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Waiting to be reclaimed: nobody looks keys up here any more.</summary>
    internal bool IsDetached { get; private set; }

    internal SlotArray Slots => _slots;

    private long FixedBytes => _counted ? SlotArray.FixedBytes : 0;

    /// <summary>Bytes of a detached table that were not freed yet.</summary>
    public long DetachedBytes => IsDetached && !_released ? _unreclaimedBytes + _slots.UsedHeaderBytes + FixedBytes : 0;

    /// <summary>Keys in a slot.</summary>
    public int SlotKeyCount(int slot) => _headers[Checked(slot)].KeyCount;

    /// <summary>Keys with a deadline in a slot.</summary>
    public int SlotVolatileCount(int slot) => _headers[Checked(slot)].VolatileCount;

    /// <summary>Bytes that a slot takes: entries, blobs and index.</summary>
    public long SlotBytes(int slot) => _headers[Checked(slot)].AllocatedBytes;

    /// <summary>The first slot from <paramref name="slot"/> on that has keys, or -1.</summary>
    public int NextSlot(int slot) => _slots.Next(slot, volatileOnly: false);

    /// <summary>The first slot from <paramref name="slot"/> on that has keys with a deadline, or -1.</summary>
    public int NextVolatileSlot(int slot) => _slots.Next(slot, volatileOnly: true);

    /// <summary>Looks a key up.</summary>
    // Inlined, though long: neighbouring look-ups overlap their cache misses better, measured 30 % over a million keys.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(int slot, ulong hash, ReadOnlySpan<byte> key, out Entry entry)
    {
        SlotHeader* header = _headers + Checked(slot);
        Segment* segment = &header->Root;
        if (segment->IsDirectory) segment = SegmentForReading(segment, hash);
        ushort tag = Segment.TagOf(hash, segment->Depth);
        bool found = segment->TryFind<KeyBlock>(_regions, tag, key, out byte* block, out byte* cell);
        entry = new Entry(block, cell, slot);
        return found;
    }

    /// <summary>
    /// Finds a key by slot and hash alone, for lists that name keys so: of two with one hash (which nobody can make
    /// without the seed) it finds either.
    /// </summary>
    public bool TryFindHash(int slot, ulong hash, out Entry entry)
    {
        Span<byte> name = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(name, hash);
        SlotHeader* header = _headers + Checked(slot);
        Segment* segment = &header->Root;
        if (segment->IsDirectory) segment = SegmentForReading(segment, hash);
        ushort tag = Segment.TagOf(hash, segment->Depth);
        bool found = segment->TryFind<KeyHashBlock>(_regions, tag, name, out byte* block, out byte* cell);
        entry = new Entry(block, cell, slot);
        return found;
    }

    /// <summary>
    /// Whether a snapshot that runs has not taken the entry yet. Without one the answer is always no.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsUntaken(in Entry entry) => _heap.IsUntaken(entry.Block);

    /// <summary>The snapshot that runs has the entry, or does not want it any more.</summary>
    public void MarkTaken(in Entry entry) => entry.Block[EntryLayout.FlagsOffset] ^= EntryLayout.MarkFlag;

    /// <summary>What is about to change is taken first; for those who change a structure in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void TakeBeforeChange(in Entry entry)
    {
        if (_heap.IsUntaken(entry.Block)) TakeSlow(entry);
    }

    /// <summary>Asks the processor for a slot's header. First stage of a batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchSlot(int slot)
    {
        if (Sse.IsSupported) Sse.Prefetch0(_headers + Checked(slot));
    }

    /// <summary>Asks for the bucket where a key's search begins; the header should have arrived.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchBucket(int slot, ulong hash)
    {
        if (!Sse.IsSupported) return;
        Segment* segment = &_headers[Checked(slot)].Root;
        if (segment->IsDirectory) segment = SegmentForReading(segment, hash);
        Sse.Prefetch0(segment->HomeOf(Segment.TagOf(hash, segment->Depth)));
    }

    /// <summary>Asks for the entry that the bucket's tags promise; the bucket should have arrived.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchEntry(int slot, ulong hash)
    {
        if (!Sse.IsSupported) return;
        Segment* segment = &_headers[Checked(slot)].Root;
        if (segment->IsDirectory) segment = SegmentForReading(segment, hash);
        if (segment->BucketCount == 0) return;
        ushort tag = Segment.TagOf(hash, segment->Depth);
        byte* bucket = segment->HomeOf(tag);
        uint match = Bucket.Match(bucket, tag);
        if (match == 0) return;
        ulong reference = Bucket.ReadCell(bucket, Bucket.CellOf(match)) & Bucket.ReferenceMask;
        byte* block = ShardHeap.Resolve(_regions, reference);
        Sse.Prefetch0(block);
        Sse.Prefetch0(block + Bucket.Bytes);
    }

    /// <summary>The table of fields or members that a key holds, for asking ahead; null for all else.</summary>
    public FieldProbe Probe(int slot, ulong hash, ReadOnlySpan<byte> key) =>
        TryFind(slot, hash, key, out Entry entry) && entry.Encoding == ValueEncoding.HashTable
            ? new FieldProbe(_heap, (FieldTableRoot*)EntryLayout.Root(entry.Block))
            : default;

    /// <summary>
    /// Adds a key that is not there yet. The value area is left uninitialised for the caller to fill through
    /// <see cref="Mutable"/>; from <see cref="Blob.Threshold"/> bytes on it is a blob.
    /// </summary>
    /// <exception cref="OutOfMemoryException">The system gives no memory; the table is as before.</exception>
    public Entry Insert(
        int slot, ulong hash, ReadOnlySpan<byte> key, ValueType type, ValueEncoding encoding, int valueLength,
        long expiryMillis)
    {
        if (valueLength < Blob.Threshold)
            return Add(slot, hash, key, EntryLayout.Kind(type, encoding), default, valueLength, expiryMillis);
        Blob blob = Blob.Allocate(valueLength);
        return InsertBlob(slot, hash, key, type, encoding, blob, expiryMillis);
    }

    /// <summary>As Insert, with a value that is a blob already; one reference to it moves in.</summary>
    public Entry InsertBlob(
        int slot, ulong hash, ReadOnlySpan<byte> key, ValueType type, ValueEncoding encoding, Blob value,
        long expiryMillis) =>
        Add(slot, hash, key, EntryLayout.Kind(type, encoding), value, EntryLayout.BlobBytes, expiryMillis);

    /// <summary>
    /// Gives a key another value, whose area is left uninitialised; the old value is freed. Where the block's size
    /// allows it stays where it is.
    /// </summary>
    public void Replace(
        ref Entry entry, ValueType type, ValueEncoding encoding, int valueLength, long expiryMillis)
    {
        TakeBeforeChange(entry);
        if (valueLength >= Blob.Threshold)
            ReplaceBlob(ref entry, type, encoding, Blob.Allocate(valueLength), expiryMillis);
        else
            EntryEditor.Replace(
                this, ref entry, EntryLayout.Kind(type, encoding), default, valueLength, expiryMillis);
    }

    /// <summary>As Replace, with a value that is a blob already; one reference to it moves in.</summary>
    public void ReplaceBlob(
        ref Entry entry, ValueType type, ValueEncoding encoding, Blob value, long expiryMillis)
    {
        TakeBeforeChange(entry);
        EntryEditor.Replace(
            this, ref entry, EntryLayout.Kind(type, encoding), value, EntryLayout.BlobBytes, expiryMillis);
    }

    /// <summary>
    /// Changes the length of a value and keeps what both lengths share; new bytes are zero. Blobs that others hold
    /// are copied first, and grow with room to spare, so that appending is cheap.
    /// </summary>
    public void Resize(ref Entry entry, int valueLength)
    {
        TakeBeforeChange(entry);
        EntryEditor.Resize(this, ref entry, valueLength);
    }

    /// <summary>The value's bytes, to be changed in place. A blob that others hold is copied first.</summary>
    public Span<byte> Mutable(ref Entry entry)
    {
        TakeBeforeChange(entry);
        return EntryEditor.Mutable(this, ref entry);
    }

    /// <summary>
    /// The structure whose root is the value of an entry, for whatever knows how to read it. A structure that was just
    /// inserted is uninitialised: its maker calls <see cref="StructureHandle.Clear"/> first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StructureHandle Structure(scoped in Entry entry)
    {
        Invariant.Slow(entry.IsStructure);
        return new StructureHandle(_heap, _headers + entry.Slot, EntryLayout.Root(entry.Block));
    }

    /// <summary>
    /// Gives the root in <paramref name="target"/>, just inserted with the same kind and length, all that the structure
    /// of <paramref name="source"/> holds: by reference within one heap, leaving the source empty, else by copy.
    /// </summary>
    public void TakeStructure(KeyTable from, in Entry source, in Entry target) =>
        StructureTransfer.Take(from, source, this, target);

    /// <summary>The same by copy, also within one heap; the source stays as it is.</summary>
    public void CopyStructure(KeyTable from, in Entry source, in Entry target) =>
        StructureTransfer.Copy(from, source, this, target);

    /// <summary>Checks all that must hold for a value; for tests.</summary>
    internal void Verify(in Entry entry) => EntryCheck.Verify(_heap, entry);

    /// <summary>Changes how the value is to be read.</summary>
    public void SetEncoding(ref Entry entry, ValueEncoding encoding)
    {
        TakeBeforeChange(entry);
        *entry.Block = EntryLayout.Kind(entry.Type, encoding);
    }

    /// <summary>Sets the deadline; 0 takes it away.</summary>
    public void SetExpiry(ref Entry entry, long expiryMillis)
    {
        TakeBeforeChange(entry);
        EntryEditor.SetExpiry(this, ref entry, expiryMillis);
    }

    /// <summary>Removes a key with its value.</summary>
    public void Remove(ref Entry entry)
    {
        TakeBeforeChange(entry);
        byte* block = entry.Block;
        int slot = entry.Slot;
        SlotHeader* header = _headers + slot;
        ulong hash = header->Root.IsDirectory ? KeyHash.Of(entry.Key) : 0;
        Segment* segment = SlotIndex.SegmentOf(header, hash);
        if (EntryLayout.HasExpiry(block)) CountExpiry(segment, slot, *EntryLayout.Expiry(block), 0);
        ulong reference = Bucket.ReadCell(Segment.CellBucket(entry.Cell), Segment.CellPlace(entry.Cell));
        segment->Erase(entry.Cell);
        segment->Count--;
        Count--;
        SlotEraser.FreeEntry(_heap, header, reference & Bucket.ReferenceMask, block);
        SlotIndex.GiveBackRoom(_heap, header, segment, hash);
        _slots.AddKeys(slot, -1);
        entry = default;
    }

    /// <summary>
    /// One step of SCAN over a slot: see <see cref="SlotScanner"/> for what is promised. At least
    /// <see cref="SlotScanner.MinOutput"/> entries must fit into <paramref name="output"/>. With
    /// <paramref name="volatileOnly"/> keys without a deadline are passed unseen.
    /// </summary>
    public int Scan(int slot, ref uint position, Span<Entry> output, bool volatileOnly = false) =>
        SlotScanner.Scan<KeyBlock>(_heap, _headers + Checked(slot), slot, volatileOnly, ref position, output);

    /// <summary>
    /// Random keys, or random keys with a deadline, without repetition; each key about as likely as the others.
    /// Returns how many; 0 only if there is none.
    /// </summary>
    public int Sample(ref ulong randomState, bool volatileOnly, Span<Entry> output) =>
        KeySampler.Sample(this, ref randomState, volatileOnly, output);

    /// <summary>Removes all keys now.</summary>
    public void Clear()
    {
        for (int slot = NextSlot(0); slot >= 0; slot = NextSlot(slot + 1))
            SlotEraser.FreeSlot(_heap, _headers + slot);
        Count = 0;
        VolatileCount = 0;
        ExpirySumMillis = 0;
        _slots.Reset();
    }

    /// <summary>Removes all keys of one slot now.</summary>
    public void ClearSlot(int slot)
    {
        SlotHeader* header = _headers + Checked(slot);
        if (header->KeyCount == 0) return;
        ExpirySumMillis -= header->VolatileCount == 0 ? 0 : SlotEraser.SumExpiry(_heap, header);
        SlotEraser.FreeSlot(_heap, header);
        Count -= header->KeyCount;
        VolatileCount -= header->VolatileCount;
        if (header->VolatileCount > 0) _slots.AddVolatile(slot, -header->VolatileCount);
        _slots.AddKeys(slot, -header->KeyCount);
    }

    /// <summary>
    /// Hands all keys over to a new table, to be freed there bit by bit, and goes on empty. Takes no time, however
    /// many keys.
    /// </summary>
    public KeyTable Detach()
    {
        KeyTable detached = new(_heap) { IsDetached = true };
        (detached._slots, _slots) = (_slots, detached._slots);
        detached._headers = detached._slots.Headers;
        _headers = _slots.Headers;
        detached.Count = Count;
        detached.VolatileCount = VolatileCount;
        detached.ExpirySumMillis = ExpirySumMillis;
        (Count, VolatileCount, ExpirySumMillis) = (0, 0, 0);
        if (_counted) detached.CountFixed();
        for (int slot = detached.NextSlot(0); slot >= 0; slot = detached.NextSlot(slot + 1))
            detached._unreclaimedBytes += detached.SlotBytes(slot);
        _heap.Taker?.Detached(this, detached);
        return detached;
    }

    /// <summary>
    /// Frees some 500 entries at least, and more until the budget is reached; true when the table is empty. Then it is
    /// at its end: it has let go of its memory and must not be used again. For detached tables. Of structures it frees
    /// about so many elements too; the others wait for <see cref="ShardHeap.ReclaimStructures"/>.
    /// </summary>
    public bool ReclaimSome(int budgetEntries)
    {
        if (_released) return true;
        if (IsHeld) return false;
        _heap.Graves.Allowance = budgetEntries;
        bool isEmpty = ReclaimSegments(budgetEntries);
        _heap.Graves.Allowance = int.MaxValue;
        return isEmpty;
    }

    internal SlotHeader* Header(int slot) => _headers + slot;

    /// <summary>Frees everything and the slots; the table is not to be used any more.</summary>
    internal void Release()
    {
        if (_released) return;
        _released = true;
        Clear();
        _heap.Unregister(this);
        _heap.AddTableBytes(-FixedBytes);
        _slots.Unmap();
        _headers = null;
    }

    /// <summary>Keeps the books for a deadline that changes; 0 is none.</summary>
    internal void CountExpiry(Segment* segment, int slot, long before, long after)
    {
        ExpirySumMillis += after - before;
        int delta = (after != 0 ? 1 : 0) - (before != 0 ? 1 : 0);
        if (delta == 0) return;
        VolatileCount += delta;
        segment->VolatileCount = (ushort)(segment->VolatileCount + delta);
        _slots.AddVolatile(slot, delta);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Segment* SegmentForReading(Segment* root, ulong hash) =>
        (Segment*)root->Buckets + (hash >> (64 - root->Depth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Checked(int slot)
    {
        if ((uint)slot >= KeySlot.Count) ThrowSlot();
        return slot;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeSlow(in Entry entry)
    {
        _heap.Taker!.Take(this, entry);
        Invariant.Slow(!IsUntaken(entry));
    }

    private static void ThrowSlot() => throw new ArgumentOutOfRangeException("slot");

    private Entry Add(
        int slot, ulong hash, ReadOnlySpan<byte> key, byte kind, Blob blob, int inlineLength, long expiryMillis)
    {
        Invariant.Slow(KeySlot.Of(key) == slot && KeyHash.Of(key) == hash && expiryMillis >= 0);
        Invariant.Slow(!TryFind(slot, hash, key, out _));
        SlotHeader* header = _headers + Checked(slot);
        if (!_counted) CountFixed();
        Segment* segment = SlotIndex.EnsureRoom(_heap, header, hash);
        uint flags = EntryLayout.FlagsFor(key.Length, expiryMillis != 0, !blob.IsNull);
        int size = EntryLayout.Size(flags, key.Length, inlineLength);
        byte* block = _heap.Allocate(size, out ulong reference);
        EntryLayout.WriteHeader(block, kind, flags | _heap.Mark, clock: 0, key.Length, inlineLength);
        key.CopyTo(new Span<byte>(block + EntryLayout.KeyOffset(flags), key.Length));
        header->AllocatedBytes += ShardHeap.BlockBytes(block, size);
        if (!blob.IsNull)
        {
            EntryLayout.SetBlob(block, blob);
            header->AllocatedBytes += blob.AllocatedBytes;
        }
        if (expiryMillis != 0)
        {
            *EntryLayout.Expiry(block) = expiryMillis;
            reference |= Bucket.VolatileBit;
            CountExpiry(segment, slot, 0, expiryMillis);
        }
        byte* cell = segment->Place(Segment.TagOf(hash, segment->Depth), reference);
        segment->Count++;
        Count++;
        _slots.AddKeys(slot, 1);
        return new Entry(block, cell, slot);
    }

    /// <summary>Frees the next segment of a slot, and with the last one the slot. Returns what it cost.</summary>
    private bool ReclaimSegments(int budgetEntries)
    {
        while (budgetEntries > 0)
        {
            int slot = NextSlot(0);
            if (slot < 0)
            {
                Invariant.Check(Count == 0);
                Release();
                return true;
            }
            budgetEntries -= ReclaimSegment(slot);
        }
        return false;
    }

    private int ReclaimSegment(int slot)
    {
        SlotHeader* header = _headers + slot;
        Segment* segment = SlotIndex.PlaceAt(header, _reclaimPlace);
        _reclaimPlace += SlotIndex.RowLength(header, segment);
        int freed = segment->Count;
        long bytes = header->AllocatedBytes;
        if (freed < header->KeyCount)
        {
            SlotEraser.FreeEntries(_heap, header, segment);
            SlotIndex.FreeBuckets(_heap, header, segment->Buckets, segment->BucketCount);
            SlotIndex.SetBuckets(header, segment, null, 0);
        }
        else
        {
            SlotEraser.FreeSlot(_heap, header);
            _reclaimPlace = 0;
        }
        _unreclaimedBytes -= bytes - header->AllocatedBytes;
        Count -= freed;
        if (freed > 0) _slots.AddKeys(slot, -freed);
        return freed + 1;
    }

    private void CountFixed()
    {
        _counted = true;
        _heap.AddTableBytes(SlotArray.FixedBytes);
    }
}
