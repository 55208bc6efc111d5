using FastShard.Engine.Blocking;
using FastShard.Engine.Effects;
using FastShard.Engine.Eviction;
using FastShard.Engine.Expiry;
using FastShard.Engine.Notifications;
using FastShard.Engine.Spreading;
using FastShard.Engine.Tracking;
using FastShard.Memory;
using FastShard.Native.Diagnostics;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// All that one shard owns of the data: its part of every logical database in one heap, the watches, the counters and
/// the turn's clock. Touched only by the holder of the shard's token.
/// </summary>
public sealed class Keyspace : IDisposable
{
    // An entry is freed with its key, and has its place in an index; an element of a large value costs less.
    private const int ElementsPerEntry = 4;

    private const long DyingElementsMax = 500_000;

    /// <summary>State of the shard's own generator: sampling keys, RANDOMKEY. Any value will do.</summary>
    public ulong RandomState;

    private readonly Database?[] _databases;
    private readonly List<FlushedTable> _flushed = [];
    private Database? _spreadParts;
    private long _roomUntilBytes;
    private long _nowMillis;
    private HiddenSlots? _hidden;

    /// <summary>An empty keyspace of shard <paramref name="shardIndex"/> with so many databases.</summary>
    public Keyspace(int shardIndex, int databaseCount, HeapMode heapMode = HeapMode.Plain)
    {
        ShardIndex = shardIndex;
        Heap = new ShardHeap(heapMode);
        RandomState = ((ulong)shardIndex << 32) ^ (ulong)KeyHash.Seed;
        _databases = new Database?[databaseCount];
    }

    /// <summary>Index of the owning shard.</summary>
    public int ShardIndex { get; }

    /// <summary>The shard's native memory.</summary>
    public ShardHeap Heap { get; }

    /// <summary>
    /// Wall clock of the turn, milliseconds since 1970. Set by the turn; never read from the system here.
    /// </summary>
    public long NowMillis
    {
        get => _nowMillis;
        set
        {
            AccessMillis = value;
            _nowMillis = IsReplaying ? 0 : value;
        }
    }

    /// <summary>The same for access clocks, which go on while a journal is replayed.</summary>
    public long AccessMillis { get; private set; }

    /// <summary>
    /// True while a journal is replayed: no deadline has passed then, since what did pass stands in the journal itself.
    /// The same for the commands of whoever brings another server's keys.
    /// </summary>
    public bool IsReplaying { get; set; }

    /// <summary>Whether what is given this deadline goes at once.</summary>
    public bool HasPassed(long deadlineMillis) => deadlineMillis <= NowMillis && !IsImporting;

    /// <summary>
    /// What commands change, while that is journalled. The holder of several shards gives them one for the time of a
    /// command.
    /// </summary>
    public EffectJournal Effects { get; set; } = new();

    /// <summary>Counts for INFO.</summary>
    public KeyspaceCounters Counters { get; } = new();

    /// <summary>Keys that sessions WATCH.</summary>
    public WatchTable Watches { get; } = new();

    /// <summary>Keys that clients wait for in blocking commands.</summary>
    public WaitTable Waiters { get; } = new();

    /// <summary>What a key's 24 access bits mean (LRU or LFU), by the eviction policy.</summary>
    public AccessClock AccessClock { get; } = new();

    /// <summary>Keys that looked worth evicting when they were sampled.</summary>
    public EvictionPool EvictionPool { get; } = new();

    /// <summary>Where the active expiry's walk stands.</summary>
    public ExpiryWalk ExpiryWalk { get; } = new();

    /// <summary>
    /// True while the running command must not refresh access clocks (CLIENT NO-TOUCH, and OBJECT's kind).
    /// </summary>
    public bool SuppressTouch { get; set; }

    /// <summary>
    /// True while expired keys are missing but stay where they are (CLIENT PAUSE: a paused server's data does not
    /// change).
    /// </summary>
    public bool KeepsExpired { get; set; }

    /// <summary>
    /// True while data comes from another server that looks after the deadlines itself (import-mode): a deadline in the
    /// past is kept like any other.
    /// </summary>
    public bool IsImporting { get; set; }

    /// <summary>Slots whose keys are not to be seen; null = none. Replaced by any thread.</summary>
    public HiddenSlots? Hidden
    {
        get => Volatile.Read(ref _hidden);
        set => Volatile.Write(ref _hidden, value);
    }

    /// <summary>Classes of key events that are announced, as <see cref="KeyEventClasses"/> bits; 0 = none.</summary>
    public uint AnnouncedClasses { get; set; }

    /// <summary>Fields of the change of a hash that is under way, until its event is named.</summary>
    public ChangedFields ChangedFields { get; } = new();

    /// <summary>Keys of all shards that are spread, or copied to all; null where there can be none.</summary>
    public SpreadMap? Spread { get; set; }

    /// <summary>Who is told of them.</summary>
    public IKeyEventListener? KeyEvents { get; set; }

    /// <summary>Who is told of changed keys that clients may have copies of; null while no client tracks.</summary>
    public IKeyChangeListener? KeyChanges { get; set; }

    /// <summary>Keys whose readers are to be told; null while no client tracks.</summary>
    public TrackedKeys? TrackedKeys { get; set; }

    /// <summary>Number of logical databases.</summary>
    public int DatabaseCount => _databases.Length;

    /// <summary>How often keys were flushed.</summary>
    public long Flushes { get; private set; }

    /// <summary>Keys of flushed databases that wait for <see cref="ReclaimSome"/>.</summary>
    public long DetachedKeys { get; private set; }

    /// <summary>Their memory, bytes: still in the heap's books, and on its way out of them.</summary>
    public long DetachedBytes { get; private set; }

    /// <summary>Keys of flushed databases and large values that are still to be freed.</summary>
    public long PendingFrees => DetachedKeys + Heap.BuriedStructures;

    /// <summary>Whether <see cref="ReclaimSome"/> has anything to do.</summary>
    public bool HasPendingFrees => _flushed.Count > 0 || Heap.BuriedStructures > 0;

    /// <summary>Bytes of the heap that count: what flushed databases leave counts as gone already.</summary>
    public long CountedBytes => Heap.UsedBytes - DetachedBytes + (TrackedKeys?.UsedBytes ?? 0);

    /// <summary>
    /// For the memory gate: up to this much of <see cref="CountedBytes"/> and blobs it need not ask again. The gate may
    /// take it back from another shard's thread; then the next command that adds data asks.
    /// </summary>
    internal long RoomUntilBytes
    {
        get => Volatile.Read(ref _roomUntilBytes);
        set => Volatile.Write(ref _roomUntilBytes, value);
    }

    /// <summary>Keys of all databases, expired ones that are not removed yet included.</summary>
    public long KeyCount
    {
        get
        {
            long keys = 0;
            foreach (Database? database in _databases) keys += database?.Table.Count ?? 0;
            return keys;
        }
    }

    /// <summary>The shard's part of a logical database; made when first used.</summary>
    public Database this[int index]
    {
        get
        {
            Invariant.Slow((uint)index < (uint)_databases.Length);
            return _databases[index] ?? Create(index);
        }
    }

    /// <summary>Where collections lie that are spread: no command can name it, nothing walks over it.</summary>
    internal Database SpreadParts => _spreadParts ??= new Database(this, _databases.Length);

    /// <summary>The database if anything ever was in it, else null.</summary>
    public Database? Existing(int index) => _databases[index];

    /// <summary>
    /// SWAPDB: exchanges two databases' contents. Breaks the watches of keys that either of them holds.
    /// </summary>
    public void Swap(int first, int second)
    {
        Database left = this[first];
        Database right = this[second];
        if (!Watches.IsEmpty)
        {
            Watches.TouchReplaced(left, right);
            Watches.TouchReplaced(right, left);
        }
        (_databases[first], _databases[second]) = (right, left);
        left.Index = second;
        right.Index = first;
        if (Waiters.IsEmpty) return;
        Waiters.SignalAll(first);
        Waiters.SignalAll(second);
    }

    /// <summary>
    /// Empties a database at once, however many keys it holds; their memory comes back through
    /// <see cref="ReclaimSome"/>. Returns how many keys there were.
    /// </summary>
    public long Flush(int index)
    {
        // Deadlines of fields may still be listed of hashes that are gone.
        _databases[index]?.FieldDeadlines.Clear();
        if (_databases[index] is not { Table.Count: > 0 } database) return 0;
        if (!Watches.IsEmpty) Watches.TouchReplaced(database, null);
        Flushes++;
        var flushed = new FlushedTable(database.Table);
        _flushed.Add(flushed);
        DetachedKeys += flushed.KeyCount;
        DetachedBytes += flushed.Bytes;
        Counters.Dirty += flushed.KeyCount;
        if (!Waiters.IsEmpty) Waiters.SignalAll(index);
        return flushed.KeyCount;
    }

    /// <summary>
    /// Frees about so many keys of flushed databases, and some times as many elements of large values that were
    /// removed. True while there is more to free.
    /// </summary>
    public bool ReclaimSome(int budgetEntries)
    {
        int elements = Math.Min(budgetEntries, int.MaxValue / ElementsPerEntry) * ElementsPerEntry;
        // Large values of flushed databases join those that wait already: not all of them at once.
        while (budgetEntries > 0 && _flushed.Count > 0 && Heap.DyingElements <= DyingElementsMax)
        {
            FlushedTable flushed = _flushed[^1];
            (long keys, long bytes) = (flushed.KeyCount, flushed.Bytes);
            if (flushed.ReclaimSome(budgetEntries)) _flushed.RemoveAt(_flushed.Count - 1);
            long freed = keys - flushed.KeyCount;
            DetachedKeys -= freed;
            DetachedBytes -= bytes - flushed.Bytes;
            Counters.LazyFreed += freed;
            budgetEntries -= (int)Math.Max(freed, 1);
        }
        long lateFreed = Heap.LateFreedStructures;
        bool hasMore = Heap.ReclaimStructures(Math.Max(elements, 1));
        Counters.LazyFreed += Heap.LateFreedStructures - lateFreed;
        return hasMore | _flushed.Count > 0;
    }

    /// <summary>
    /// Moves some blocks out of sparse pages, so that these can be given back. True while there is more.
    /// </summary>
    public bool CompactSome(int budget) => Heap.CompactStep(budget);

    /// <inheritdoc/>
    public void Dispose()
    {
        Effects.Dispose();
        TrackedKeys?.Dispose();
        Heap.Dispose();
    }

    // Apart, so that asking for one that is there is inlined.
    private Database Create(int index) => _databases[index] = new Database(this, index);
}
