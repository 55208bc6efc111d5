// One log for all shards. Shards post what a turn changed; the log's thread joins it in the order of the tickets, gives
// it offsets and hands it to whoever keeps it: the append-only file, and what else is added to the sinks.
//
// Where replies wait for the disk (appendfsync always), the shards are told when it has caught up: everything that was
// posted meanwhile is forced to disk by one call. Else the thread looks around by itself every few milliseconds, and
// posting wakes nobody.
//
// What waits here is bounded: above the limit the shards read nothing from their clients until it is below again.

using FastShard.Engine.Effects;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Server.Sharding;
using Microsoft.Extensions.ObjectPool;

namespace FastShard.Server.Journaling;

/// <summary>The thread that writes what commands changed.</summary>
internal sealed class JournalLog : IDisposable
{
    private const int BatchBytes = 4 * 1024 * 1024;
    private const long PendingBytesMax = 128 * 1024 * 1024;
    private const int IdleMillis = 2;
    private const int RetryMillis = 100;
    private const int RoundsUntilDeepSleep = 50;
    private const int SpareChunks = 512; // what shards post between two looks of the thread

    private readonly Shard[] _shards;
    private readonly JournalRing _ring = new();
    private readonly EffectStream _stream = new() { IsForFiles = true };
    private readonly NativeBuffer _bytes = new(capacity: 0, BufferUse.Journal);
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ObjectPool<JournalChunk> _pool =
        new DefaultObjectPoolProvider { MaximumRetained = SpareChunks }.Create(new ChunkPolicy());

    private Thread? _thread;
    private long _pendingBytes;
    private long _synced;
    private long _offset;
    private int _sleeping;
    private volatile bool _closing;
    private volatile bool _notesTimes;

    public JournalLog(Shard[] shards, IJournalSink sink)
    {
        _shards = shards;
        Sink = sink;
    }

    /// <summary>Who keeps the stream.</summary>
    public IJournalSink Sink { get; }

    /// <summary>Who gives the stream to replicas; null = nobody. Set before the start.</summary>
    public IJournalFeed? Feed { get; set; }

    /// <summary>
    /// Who reads each journal before it is posted, by its poster; null = nobody. Set before the start.
    /// </summary>
    public JournalTap? Tap { get; set; }

    /// <summary>Replies wait until what they answer is on the disk.</summary>
    public bool HoldsReplies { get; set; }

    /// <summary>Each second in which something changes is noted in the file. Set by any thread.</summary>
    public bool NotesTimes
    {
        get => _notesTimes;
        set => _notesTimes = value;
    }

    /// <summary>The ticket of the last posting.</summary>
    public long PostedTicket => _ring.Posted;

    /// <summary>Everything up to this ticket is on the disk.</summary>
    public long SyncedTicket => Volatile.Read(ref _synced);

    /// <summary>Bytes of the stream so far.</summary>
    public long Offset => Volatile.Read(ref _offset);

    /// <summary>Bytes that wait to be written.</summary>
    public long PendingBytes => Volatile.Read(ref _pendingBytes);

    /// <summary>
    /// More waits than may: clients are not read from. While nothing can be written at all, writes are refused instead.
    /// </summary>
    public bool IsOverfull =>
        (Volatile.Read(ref _pendingBytes) > PendingBytesMax || _ring.IsHalfFull) && Sink.Error is null;

    public void Start()
    {
        if (_thread is not null) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "journal" };
        _thread.Start();
    }

    /// <summary>Posts a journal's effects, whose shards are held.</summary>
    public void Post(EffectJournal journal)
    {
        Tap?.Invoke(journal.Bytes);
        JournalChunk chunk = _pool.Get();
        chunk.TakeFrom(journal);
        Interlocked.Add(ref _pendingBytes, chunk.Effects.Length);
        Post(chunk, isUrgent: HoldsReplies);
    }

    /// <summary>
    /// Does something on the log's thread between what was posted before and what is posted after; where all shards
    /// are held, that is a cut through the whole data set.
    /// </summary>
    public void PostCut(Action cut)
    {
        JournalChunk chunk = _pool.Get();
        chunk.Cut = cut;
        Post(chunk, isUrgent: true);
    }

    /// <summary>Posts bytes of the replicas' stream, in the order of everything that is posted.</summary>
    public void PostRaw(ReadOnlySpan<byte> bytes)
    {
        JournalChunk chunk = _pool.Get();
        chunk.IsRaw = true;
        chunk.Effects.EnsureFree(bytes.Length);
        bytes.CopyTo(chunk.Effects.Free);
        chunk.Effects.Commit(bytes.Length);
        Interlocked.Add(ref _pendingBytes, bytes.Length);
        Post(chunk, isUrgent: true);
    }

    /// <summary>The next byte belongs to a new file; on the log's thread.</summary>
    public void Restart() => _stream.Restart();

    /// <summary>
    /// Waits until all that was posted is written, as far as it can be. For commands that stop everything.
    /// </summary>
    public void Drain()
    {
        using ManualResetEventSlim done = new();
        PostCut(done.Set);
        done.Wait();
    }

    /// <summary>Somebody waits for the disk.</summary>
    public void Hurry() => _wake.Set();

    /// <summary>Writes what is left and ends the thread.</summary>
    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        _thread?.Join();
        _bytes.Dispose();
        _wake.Dispose();
    }

    private void Post(JournalChunk chunk, bool isUrgent)
    {
        _ring.Post(chunk);
        // Pairs with the barrier in Sleep: either this sees the thread asleep, or the thread sees the chunk.
        Interlocked.MemoryBarrier();
        int sleeping = Volatile.Read(ref _sleeping);
        if (sleeping == 2 || (sleeping == 1 && isUrgent)) _wake.Set();
    }

    private void Run()
    {
        int idleRounds = 0;
        while (true)
        {
            bool isClosing = _closing;
            bool isIdle = !Step();
            if (isClosing && isIdle) return;
            if (isClosing && Sink.Error is not null) return;
            idleRounds = isIdle ? idleRounds + 1 : 0;
            if (isIdle) Sleep(idleRounds);
        }
    }

    /// <summary>Takes what was posted up to a batch, and hands it on; false when there was nothing to do.</summary>
    private bool Step()
    {
        Action? cut = null;
        bool hasTaken = false;
        Tidy();
        while ((_bytes.Length < BatchBytes || Sink.Error is not null) && cut is null && _ring.Take() is { } chunk)
        {
            hasTaken = true;
            int before = _bytes.Length;
            if (!chunk.IsRaw && Sink.Keeps) Join(chunk);
            Pass(chunk);
            Volatile.Write(ref _offset, _offset + _bytes.Length - before);
            Interlocked.Add(ref _pendingBytes, _bytes.Length - before - chunk.Effects.Length);
            cut = chunk.Cut;
            chunk.Empty();
            _pool.Return(chunk);
        }
        Feed?.Publish();
        int waiting = _bytes.Length;
        Sink.Write(_bytes, _ring.Taken);
        Interlocked.Add(ref _pendingBytes, _bytes.Length - waiting);
        Acknowledge(Sink.SyncedTicket);
        cut?.Invoke();
        return hasTaken || (_bytes.Length < waiting);
    }

    private void Join(JournalChunk chunk)
    {
        if (NotesTimes && chunk.Effects.Length > 0) _stream.NoteTime(SystemClock.WallMillis() / 1000, _bytes);
        _stream.Append(chunk.Effects.Bytes, _bytes);
    }

    private void Pass(JournalChunk chunk)
    {
        if (Feed is not { } feed) return;
        if (chunk.IsRaw) feed.AppendRaw(chunk.Effects.Bytes);
        else feed.Append(chunk.Effects.Bytes);
    }

    // Neither what is written already nor what one bad hour of the disk made is kept for ever.
    private void Tidy()
    {
        if (_bytes.Start > _bytes.Length) _bytes.Compact();
        if (_bytes.Length == 0 && _bytes.Capacity > 4 * BatchBytes) _bytes.Shrink(BatchBytes);
    }

    private void Acknowledge(long ticket)
    {
        if (ticket == _synced) return;
        Volatile.Write(ref _synced, ticket);
        // Pairs with the barrier of whoever waits: either he sees the ticket, or this sees him.
        Interlocked.MemoryBarrier();
        foreach (Shard shard in _shards)
        {
            if (shard.Unsynced.IsAwaited) shard.Reactor.Wake();
        }
    }

    private void Sleep(int idleRounds)
    {
        bool isDeep = idleRounds > RoundsUntilDeepSleep && _bytes.Length == 0 && !Sink.HasUnsynced;
        Volatile.Write(ref _sleeping, isDeep ? 2 : 1);
        Interlocked.MemoryBarrier();
        bool hasMore = _ring.Posted != _ring.Taken;
        if (!hasMore || Sink.Error is not null)
            _wake.WaitOne(isDeep ? Timeout.Infinite : _bytes.Length > 0 ? RetryMillis : IdleMillis);
        Volatile.Write(ref _sleeping, 0);
    }

    private sealed class ChunkPolicy : PooledObjectPolicy<JournalChunk>
    {
        public override JournalChunk Create() => new();

        public override bool Return(JournalChunk chunk) => true;
    }
}
