using System.Runtime.CompilerServices;

namespace FastShard.Memory;

/// <summary>
/// A hash table of fields with values (hashes) or of members (sets): the structure behind
/// <see cref="ValueEncoding.HashTable"/>. An element is one block, see <see cref="FieldBlock"/>; the index is that of
/// the key tables, see <see cref="HashIndex{TBlock}"/>: it grows and shrinks a segment at a time, and keeps elements in
/// the order of their hashes, so that a scan's position means the same whatever the size.
/// Arguments must not lie in the element that they change.
/// </summary>
/// <remarks>
/// SAFETY: the root was made by this class. OWNER: the entry owns the root, the root all blocks. LIVES: as the handle.
/// </remarks>
public readonly unsafe ref struct FieldTable
{
    /// <summary>The length of a root: what a new entry's value area is to have.</summary>
    public const int RootBytes = FieldTableRoot.Bytes;

    private readonly StructureHandle _handle;

    /// <summary>The table behind a structure.</summary>
    public FieldTable(StructureHandle handle) => _handle = handle;

    /// <summary>Elements.</summary>
    public long Count => Root->Head.Count;

    /// <summary>Elements with a deadline.</summary>
    public long VolatileCount => Root->Index.VolatileCount;

    /// <summary>
    /// When its owner means to look for passed deadlines, 0 = never. Kept here for the owner.
    /// </summary>
    public long NextCheckMillis
    {
        get => Root->NextCheck;
        set => Root->NextCheck = value;
    }

    /// <summary>
    /// For whoever walks over the deadlines in steps: the earliest that it has met and that stays, 0 = none yet.
    /// </summary>
    public long WalkEarliestMillis
    {
        get => Root->WalkEarliest;
        set => Root->WalkEarliest = value;
    }

    /// <summary>Where that walk goes on; 0 at its beginning.</summary>
    public uint WalkPosition
    {
        get => Root->WalkPosition;
        set => Root->WalkPosition = value;
    }

    internal FieldTableRoot* Root => (FieldTableRoot*)_handle.Root;

    private SlotHeader* Index => &((FieldTableRoot*)_handle.Root)->Index;

    private ShardHeap Heap => _handle.Heap;

    /// <summary>Finds an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ReadOnlySpan<byte> field, out FieldEntry entry) => TryFind(field, KeyHash.Of(field), out entry);

    /// <summary>The same for a field whose <see cref="KeyHash"/> is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ReadOnlySpan<byte> field, ulong hash, out FieldEntry entry)
    {
        Segment* segment = HashIndex<FieldBlock>.SegmentForReading(Index, hash);
        ushort tag = Segment.TagOf(hash, segment->Depth);
        bool isFound = segment->TryFind<FieldBlock>(
            Heap.RegionAddresses, tag, field, out byte* block, out byte* cell);
        entry = new FieldEntry(block, cell);
        return isFound;
    }

    /// <summary>Adds a member without a value; false when it was there.</summary>
    public bool TryAdd(ReadOnlySpan<byte> member) => TryAdd(member, KeyHash.Of(member));

    /// <summary>The same for a member whose <see cref="KeyHash"/> is known.</summary>
    public bool TryAdd(ReadOnlySpan<byte> member, ulong hash)
    {
        if (TryFind(member, hash, out _)) return false;
        long opened = _handle.Open();
        Insert(member, hash, valueLength: -1, deadlineMillis: 0);
        _handle.Close(opened);
        return true;
    }

    /// <summary>Gives a field a value and a deadline (0 = none), and adds it where it is missing: then true.</summary>
    public bool Set(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long deadlineMillis)
    {
        bool isNew = OpenValue(field, value.Length, deadlineMillis, out Span<byte> room);
        value.CopyTo(room);
        return isNew;
    }

    /// <summary>
    /// The same with the value's bytes left for the caller to write: they are uninitialised where the length changes.
    /// </summary>
    public bool OpenValue(ReadOnlySpan<byte> field, int valueLength, long deadlineMillis, out Span<byte> room)
    {
        ulong hash = KeyHash.Of(field);
        long opened = _handle.Open();
        bool isNew = !TryFind(field, hash, out FieldEntry entry);
        byte* block = isNew
            ? Insert(field, hash, valueLength, deadlineMillis)
            : Reshape(entry, hash, valueLength, deadlineMillis, keptBytes: 0);
        _handle.Close(opened);
        room = FieldBlock.Value(block);
        return isNew;
    }

    /// <summary>
    /// Adds a field that is not there, with its <see cref="KeyHash"/>, a value and a deadline (0 = none).
    /// </summary>
    public void Add(ReadOnlySpan<byte> field, ulong hash, ReadOnlySpan<byte> value, long deadlineMillis)
    {
        long opened = _handle.Open();
        byte* block = Insert(field, hash, value.Length, deadlineMillis);
        _handle.Close(opened);
        value.CopyTo(FieldBlock.Value(block));
    }

    /// <summary>
    /// Gives an element in hand, with the <see cref="KeyHash"/> of its field, another value and deadline (0 = none).
    /// The entry is void then.
    /// </summary>
    public void Replace(in FieldEntry entry, ulong hash, ReadOnlySpan<byte> value, long deadlineMillis)
    {
        byte* block = entry.Block;
        if (!FieldBlock.IsShaped(block, value.Length, deadlineMillis))
        {
            long opened = _handle.Open();
            block = Reshape(entry, hash, value.Length, deadlineMillis, keptBytes: 0);
            _handle.Close(opened);
        }
        value.CopyTo(FieldBlock.Value(block));
    }

    /// <summary>Changes an element's deadline; 0 takes it away. The entry in hand is void then.</summary>
    public void SetDeadline(in FieldEntry entry, long deadlineMillis)
    {
        int valueLength = entry.HasValue ? FieldBlock.ValueLength(entry.Block) : -1;
        long opened = _handle.Open();
        Reshape(entry, FieldBlock.HashOf(entry.Block), valueLength, deadlineMillis, valueLength);
        _handle.Close(opened);
    }

    /// <summary>Removes an element; false when it is not there.</summary>
    public bool Remove(ReadOnlySpan<byte> field) => Remove(field, KeyHash.Of(field));

    /// <summary>The same for a field whose <see cref="KeyHash"/> is known.</summary>
    public bool Remove(ReadOnlySpan<byte> field, ulong hash)
    {
        if (!TryFind(field, hash, out FieldEntry entry)) return false;
        Remove(entry, hash);
        return true;
    }

    /// <summary>Removes an element in hand, which must be fit for changes.</summary>
    public void Remove(in FieldEntry entry) => Remove(entry, FieldBlock.HashOf(entry.Block));

    /// <summary>
    /// One step of a scan; see <see cref="SlotScanner"/> for what is promised. The output must hold
    /// <see cref="SlotScanner.MinOutput"/> elements. With <paramref name="volatileOnly"/> those without a deadline are
    /// passed unseen. At the end the position is 0 again.
    /// </summary>
    public int Scan(ref uint position, Span<FieldEntry> output, bool volatileOnly = false)
    {
        Span<Entry> found = stackalloc Entry[Math.Min(output.Length, ScanStepMax)];
        int count = SlotScanner.Scan<FieldBlock>(Heap, Index, 0, volatileOnly, ref position, found);
        for (int index = 0; index < count; index++)
            output[index] = new FieldEntry(found[index].Block, found[index].Cell);
        return count;
    }

    /// <summary>One random element, all of them equally likely; false only of an empty table.</summary>
    public bool TrySample(ref ulong randomState, out FieldEntry entry) =>
        FieldSampler.TrySample(Heap, Index, ref randomState, out entry);

    /// <summary>Goes through all elements; the table must not change meanwhile.</summary>
    public FieldWalk Walk() => new(Heap, Index);

    /// <summary>Walks over everything and ends the process where something does not fit. For tests.</summary>
    internal void Verify() => FieldTableCheck.Run(Heap, Root);

    private const int ScanStepMax = 64;

    private byte* Insert(ReadOnlySpan<byte> field, ulong hash, int valueLength, long deadlineMillis)
    {
        FieldTableRoot* root = Root;
        Segment* segment = HashIndex<FieldBlock>.EnsureRoom(Heap, &root->Index, hash);
        int flags = FieldBlock.FlagsFor(field.Length, valueLength, deadlineMillis != 0);
        int size = FieldBlock.Size(flags, field.Length, valueLength);
        byte* block = Heap.AllocateStructure(size, out ulong reference);
        FieldBlock.WriteHeader(block, flags, field.Length, valueLength, deadlineMillis);
        field.CopyTo(new Span<byte>(block + FieldBlock.FieldOffset(flags), field.Length));
        if (deadlineMillis != 0)
        {
            reference |= Bucket.VolatileBit;
            segment->VolatileCount++;
            root->Index.VolatileCount++;
        }
        segment->Place(Segment.TagOf(hash, segment->Depth), reference);
        segment->Count++;
        root->Index.KeyCount++;
        root->Head.Count++;
        return block;
    }

    /// <summary>
    /// Gives an element another deadline and value length, keeping so many bytes of the value; the block stays where
    /// its size class allows.
    /// </summary>
    private byte* Reshape(in FieldEntry entry, ulong hash, int valueLength, long deadlineMillis, int keptBytes)
    {
        byte* block = entry.Block;
        int fieldLength = FieldBlock.FieldLength(block);
        int before = FieldBlock.Size(block);
        int from = FieldBlock.FieldOffset(*block);
        int flags = FieldBlock.FlagsFor(fieldLength, valueLength, deadlineMillis != 0);
        int to = FieldBlock.FieldOffset(flags);
        int size = FieldBlock.Size(flags, fieldLength, valueLength);
        int kept = fieldLength + Math.Max(keptBytes, 0);
        if (FieldBlock.HasDeadline(block) != (deadlineMillis != 0)) CountDeadline(entry, hash, deadlineMillis != 0);
        if (Heap.Fits(block, before, size))
        {
            if (from != to) Buffer.MemoryCopy(block + from, block + to, size - to, kept);
        }
        else
        {
            byte* bucket = Segment.CellBucket(entry.Cell);
            int cell = Segment.CellPlace(entry.Cell);
            ulong value = Bucket.ReadCell(bucket, cell);
            byte* moved = Heap.AllocateStructure(size, out ulong reference);
            Buffer.MemoryCopy(block + from, moved + to, size - to, kept);
            Heap.Free(value & Bucket.ReferenceMask, block, before);
            Bucket.WriteCell(bucket, cell, reference | (value & Bucket.VolatileBit));
            block = moved;
        }
        FieldBlock.WriteHeader(block, flags, fieldLength, valueLength, deadlineMillis);
        return block;
    }

    private void CountDeadline(in FieldEntry entry, ulong hash, bool hasDeadline)
    {
        int delta = hasDeadline ? 1 : -1;
        Segment* segment = HashIndex<FieldBlock>.SegmentOf(Index, hash);
        segment->VolatileCount = (ushort)(segment->VolatileCount + delta);
        Index->VolatileCount += delta;
        byte* bucket = Segment.CellBucket(entry.Cell);
        int cell = Segment.CellPlace(entry.Cell);
        Bucket.WriteCell(bucket, cell, Bucket.ReadCell(bucket, cell) ^ Bucket.VolatileBit);
    }

    private void Remove(in FieldEntry entry, ulong hash)
    {
        long opened = _handle.Open();
        FieldTableRoot* root = Root;
        Segment* segment = HashIndex<FieldBlock>.SegmentOf(&root->Index, hash);
        ulong value = Bucket.ReadCell(Segment.CellBucket(entry.Cell), Segment.CellPlace(entry.Cell));
        if ((value & Bucket.VolatileBit) != 0)
        {
            segment->VolatileCount--;
            root->Index.VolatileCount--;
        }
        segment->Erase(entry.Cell);
        segment->Count--;
        root->Index.KeyCount--;
        root->Head.Count--;
        Heap.Free(value & Bucket.ReferenceMask, entry.Block, FieldBlock.Size(entry.Block));
        HashIndex<FieldBlock>.GiveBackRoom(Heap, &root->Index, segment, hash);
        _handle.Close(opened);
    }
}
