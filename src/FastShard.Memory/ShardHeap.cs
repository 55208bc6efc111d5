using System.Diagnostics;
using System.Runtime.CompilerServices;
using FastShard.Memory.Heap;
using FastShard.Memory.Interop;
using FastShard.Native.Diagnostics;

namespace FastShard.Memory;

/// <summary>
/// The slab allocator of one shard. Pages of 64 KB serve one block size and one kind of block each; allocating and
/// freeing is popping and pushing at the page's own list. Requests above 16 KB go to the C library. Sizes are told
/// again when freeing, so no block carries a header. One thread at a time: whoever holds the shard's token.
/// </summary>
/// <remarks>
/// SAFETY: no address leaves this assembly. OWNER: blocks belong to the table that asked for them. LIVES: until freed,
/// or, for entries and bucket arrays, until compaction moves them.
/// </remarks>
public sealed unsafe class ShardHeap : IDisposable
{
#if DEBUG || CHECKED
    private static bool Instrumented => true;
#else
    private static bool Instrumented => false;
#endif

    private readonly RegionPool _regions = new();
    private readonly SizeClassTable _classes;
    private readonly HeapMode _mode;
    private readonly HashSet<nint>? _live;
    private readonly List<KeyTable> _tables = [];
    private readonly Compactor _compactor;
    private readonly StructureGraves _graves;
    private long _usedBytes;
    private long _largeBytes;
    private long _tableBytes;
    private bool _disposed;

    /// <summary>An empty heap; it takes its first region with the first block.</summary>
    public ShardHeap(HeapMode mode = HeapMode.Plain)
    {
        _mode = Instrumented ? mode : HeapMode.Plain;
        _classes = new SizeClassTable(_regions);
        _compactor = new Compactor(this, _regions, _classes);
        _graves = new StructureGraves(this);
        if (_mode != HeapMode.Plain) _live = [];
    }

    /// <summary>
    /// Whether entries are taken by the snapshot that runs: those whose flag is the same are. Each snapshot turns it
    /// over at its begin and ends when all entries have it, so that nothing has to be reset.
    /// </summary>
    internal byte Mark { get; private set; }

    /// <summary>Who takes entries before they change, while a snapshot runs.</summary>
    public IEntryTaker? Taker { get; private set; }

    /// <summary>From now on every entry is untaken, and is given to the taker before it changes.</summary>
    public void BeginTaking(IEntryTaker taker)
    {
        Invariant.Check(Taker is null);
        Taker = taker;
        Mark ^= EntryLayout.MarkFlag;
    }

    /// <summary>Every entry is taken.</summary>
    public void EndTaking() => Taker = null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool IsUntaken(byte* block) => ((block[EntryLayout.FlagsOffset] ^ Mark) & EntryLayout.MarkFlag) != 0;

    /// <summary>Bytes of all blocks handed out, as they are rounded up, and of the tables' slots in use.</summary>
    public long UsedBytes => _usedBytes + _tableBytes;

    /// <summary>Bytes taken from the system, touched and not given back: what is resident of this heap.</summary>
    public long MappedBytes =>
        _regions.MappedBytes - _classes.UntouchedBytes + _largeBytes + _tableBytes;

    /// <summary>Regions of 2 MB held.</summary>
    public int RegionCount => _regions.RegionCount;

    /// <summary>Blocks handed out and not freed; only in the modes for tests, else -1.</summary>
    public int LiveBlocks => _live?.Count ?? -1;

    /// <summary>Blocks moved by compaction so far.</summary>
    public long MovedBlocks => _compactor.MovedBlocks;

    /// <summary>
    /// One bounded step of compaction: visits about <paramref name="budget"/> index cells and moves what lies in
    /// sparse pages to denser ones. Entries in hand become invalid. True while there is more to do.
    /// </summary>
    public bool CompactStep(int budget) => !IsGuarded && _compactor.Step(budget);

    /// <summary>Memory is mapped that nothing uses and that need not be kept.</summary>
    public bool HasSurplus => _regions.HasSurplus;

    /// <summary>Gives a little of that back to the system: some ten microseconds.</summary>
    public void GiveBackSome() => _regions.GiveBackSome();

    /// <summary>Elements of removed structures that wait to be freed.</summary>
    public long DyingElements => _graves.Elements;

    /// <summary>Elements that were freed at once with their entries, since the beginning.</summary>
    public long ErasedElements => _graves.Erased;

    /// <summary>
    /// Frees some elements of structures that were removed but too large to be freed at once; true while there is more.
    /// </summary>
    public bool ReclaimStructures(int budgetElements) => _graves.Reclaim(budgetElements);

    /// <summary>Frees the tables of this heap with all that they hold, and gives all memory back.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (KeyTable table in _tables.ToArray()) table.Release();
        while (_graves.Reclaim(int.MaxValue)) { }
        _classes.Dispose();
        _regions.Dispose();
    }

    internal IReadOnlyList<KeyTable> Tables => _tables;

    internal StructureGraves Graves => _graves;

    /// <summary>Large structures that were removed and are still to be freed.</summary>
    public int BuriedStructures => _graves.Count;

    /// <summary>Large structures that were removed and freed some time later.</summary>
    public long LateFreedStructures => _graves.Freed;

    internal nint* RegionAddresses => _regions.Addresses;

    internal void Register(KeyTable table) => _tables.Add(table);

    internal void Unregister(KeyTable table) => _tables.Remove(table);

    internal void AddTableBytes(long bytes) => _tableBytes += bytes;

    /// <summary>The address behind a reference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Resolve(ulong reference) => Resolve(_regions.Addresses, reference);

    // SAFETY: references come from Allocate and are forgotten by whoever frees; the table never moves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte* Resolve(nint* regions, ulong reference) =>
        (byte*)regions[reference >> Region.PlaceBits] + ((reference & Region.PlaceMask) << 3);

    /// <summary>What a request of so many bytes takes, where it does not go to the C library.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int BlockBytes(byte* block, int bytes) =>
        bytes <= SizeClasses.MaxBytes ? SizeClasses.Round(bytes) : (int)LargeBlock.UsableBytes(block);

    /// <summary>
    /// Whether a block of <paramref name="oldBytes"/> also is what <paramref name="newBytes"/> would get.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool Fits(byte* block, int oldBytes, int newBytes)
    {
        if (IsGuarded) return Round8(oldBytes) == Round8(newBytes);
        if (oldBytes <= SizeClasses.MaxBytes)
            return newBytes <= SizeClasses.MaxBytes && SizeClasses.Of(oldBytes) == SizeClasses.Of(newBytes);
        if (newBytes <= SizeClasses.MaxBytes) return false;
        long usable = LargeBlock.UsableBytes(block);
        return newBytes <= usable && newBytes > usable / 2;
    }

    /// <summary>An uninitialised block for an entry, named by its reference.</summary>
    // OWNER: the caller, by Free with the same size. LIVES: until then, or until compaction moves it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal byte* Allocate(int bytes, out ulong reference)
    {
        if (bytes <= SizeClasses.MaxBytes && !IsGuarded)
        {
            byte* block = _classes.Allocate(SizeClasses.Of(bytes), out reference, out int blockBytes);
            _usedBytes += blockBytes;
            NoteAllocated(block);
            return block;
        }
        return AllocateAlone(bytes, out reference);
    }

    /// <summary>
    /// Frees an entry's block, or one named by a reference, of <paramref name="bytes"/> (the size asked for, or one of
    /// its class).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Free(ulong reference, byte* block, int bytes)
    {
        if (bytes <= SizeClasses.MaxBytes && !IsGuarded)
        {
            NoteFreed(block);
            _usedBytes -= _classes.Free(block);
            return;
        }
        FreeAlone(reference, block, bytes);
    }

    /// <summary>A zeroed bucket array, aligned at 64. OWNER: the caller, by FreeIndex.</summary>
    internal byte* AllocateIndex(int buckets)
    {
        byte* block = AllocateAddressed(BlockKind.Index, IndexSteps.ClassOf(buckets), buckets * Bucket.Bytes);
        new Span<byte>(block, buckets * Bucket.Bytes).Clear();
        return block;
    }

    internal void FreeIndex(byte* block, int buckets) => FreeAddressed(block, buckets * Bucket.Bytes);

    /// <summary>The same that compaction leaves where it is. OWNER: the caller, by FreeIndex.</summary>
    internal byte* AllocateFixedIndex(int buckets)
    {
        byte* block = AllocateStructure(buckets * Bucket.Bytes);
        new Span<byte>(block, buckets * Bucket.Bytes).Clear();
        return block;
    }

    /// <summary>
    /// An uninitialised block that stays where it is, named by its reference as entries are. OWNER: the caller, by
    /// Free.
    /// </summary>
    internal byte* AllocateStructure(int bytes, out ulong reference)
    {
        if (bytes > SizeClasses.MaxBytes || IsGuarded) return AllocateAlone(bytes, out reference);
        int index = SizeClassTable.Index(BlockKind.Structure, SizeClasses.Of(bytes));
        byte* block = _classes.Allocate(index, out reference, out int blockBytes);
        _usedBytes += blockBytes;
        NoteAllocated(block);
        return block;
    }

    /// <summary>An uninitialised block that stays where it is. OWNER: the caller, by FreeStructure.</summary>
    internal byte* AllocateStructure(int bytes) => AllocateAddressed(
        BlockKind.Structure, bytes <= SizeClasses.MaxBytes ? SizeClasses.Of(bytes) : 0, bytes);

    internal void FreeStructure(byte* block, int bytes) => FreeAddressed(block, bytes);

    /// <summary>Whether compaction wants the block at this address elsewhere.</summary>
    internal bool IsEvacuating(byte* block) =>
        !IsGuarded && Region.PageOf(block)->State == PageState.Evacuating;

    /// <summary>What this heap has in its books for a structure's block.</summary>
    internal long HeldBytes(byte* block, int bytes) =>
        IsGuarded && bytes <= SizeClasses.MaxBytes ? Round8(bytes) : BlockBytes(block, bytes);

    /// <summary>What a structure's block of so many bytes takes.</summary>
    internal static int StructureBytes(byte* block, int bytes) => BlockBytes(block, bytes);

    /// <summary>
    /// Another size for a structure's block, whose first bytes are kept; the same block where its class allows.
    /// OWNER: the caller, as before; the old address is void when another one is returned.
    /// </summary>
    internal byte* ResizeStructure(byte* block, int oldBytes, int newBytes)
    {
        if (Fits(block, oldBytes, newBytes)) return block;
        byte* moved = AllocateStructure(newBytes);
        Buffer.MemoryCopy(block, moved, newBytes, Math.Min(oldBytes, newBytes));
        FreeStructure(block, oldBytes);
        return moved;
    }

    private byte* AllocateAddressed(BlockKind kind, int sizeClass, int bytes)
    {
        byte* block;
        if (IsGuarded && bytes <= SizeClasses.MaxBytes)
        {
            block = GuardedBlocks.Allocate(Round8(bytes));
            _usedBytes += Round8(bytes);
        }
        else if (bytes <= SizeClasses.MaxBytes)
        {
            block = _classes.Allocate(SizeClassTable.Index(kind, sizeClass), out _, out int blockBytes);
            _usedBytes += blockBytes;
        }
        else
        {
            block = AllocateLarge(bytes);
        }
        NoteAllocated(block);
        return block;
    }

    private void FreeAddressed(byte* block, int bytes)
    {
        NoteFreed(block);
        if (IsGuarded && bytes <= SizeClasses.MaxBytes)
        {
            GuardedBlocks.Free(block, Round8(bytes));
            _usedBytes -= Round8(bytes);
        }
        else if (bytes <= SizeClasses.MaxBytes)
        {
            _usedBytes -= _classes.Free(block);
        }
        else
        {
            FreeLarge(block);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private byte* AllocateAlone(int bytes, out ulong reference)
    {
        byte* block;
        if (IsGuarded && bytes <= SizeClasses.MaxBytes)
        {
            block = GuardedBlocks.Allocate(Round8(bytes));
            _usedBytes += Round8(bytes);
        }
        else
        {
            block = AllocateLarge(bytes);
        }
        NoteAllocated(block);
        reference = (ulong)_regions.TakeNumber(block) << Region.PlaceBits;
        return block;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FreeAlone(ulong reference, byte* block, int bytes)
    {
        NoteFreed(block);
        _regions.ReturnNumber((int)(reference >> Region.PlaceBits));
        if (IsGuarded && bytes <= SizeClasses.MaxBytes)
        {
            GuardedBlocks.Free(block, Round8(bytes));
            _usedBytes -= Round8(bytes);
        }
        else
        {
            FreeLarge(block);
        }
    }

    private byte* AllocateLarge(int bytes)
    {
        byte* block = LargeBlock.TryAllocate((nuint)bytes);
        if (block == null) throw new InsufficientMemoryException();
        long usable = LargeBlock.UsableBytes(block);
        _usedBytes += usable;
        _largeBytes += usable;
        return block;
    }

    private void FreeLarge(byte* block)
    {
        long usable = LargeBlock.UsableBytes(block);
        _usedBytes -= usable;
        _largeBytes -= usable;
        LargeBlock.Free(block);
    }

    internal bool IsGuarded => Instrumented && _mode == HeapMode.Guarded;

    private static int Round8(int bytes) => (bytes + 7) & ~7;

    [Conditional("DEBUG"), Conditional("CHECKED")]
    private void NoteAllocated(byte* block)
    {
        if (_live != null) Invariant.Check(_live.Add((nint)block));
    }

    [Conditional("DEBUG"), Conditional("CHECKED")]
    private void NoteFreed(byte* block)
    {
        if (_live != null) Invariant.Check(_live.Remove((nint)block));
    }
}
