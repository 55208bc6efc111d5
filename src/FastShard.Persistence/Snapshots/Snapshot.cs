using FastShard.Engine.Keyspaces;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// A snapshot of all shards as they were at one instant, on its way to a sink: begun while every shard is held, carried
/// on by each shard's own walk, written by a thread of its own. It is over when its writer has ended and every shard
/// has finished its walk; before that no other may begin.
/// </summary>
public sealed class Snapshot : IDisposable
{
    private readonly ISnapshotSink _sink;
    private readonly SnapshotSettings _settings;
    private readonly ShardSnapshot[] _shards;
    private readonly DatabaseSize[] _sizes;
    private readonly AutoResetEvent _progress = new(initialState: false);
    private readonly AutoResetEvent _ending = new(initialState: false);
    private int _walking;
    private int _state;
    private volatile bool _hasWriterEnded;

    private Snapshot(Dataset dataset, SnapshotSettings settings, ISnapshotSink sink)
    {
        _settings = settings;
        _sink = sink;
        Version = VersionFor(dataset, settings.Version);
        Queue = new ChunkQueue(dataset.ShardCount);
        _sizes = DatabaseSize.OfAll(dataset);
        _walking = dataset.ShardCount;
        _shards = new ShardSnapshot[dataset.ShardCount];
        for (int shard = 0; shard < _shards.Length; shard++) _shards[shard] = new ShardSnapshot(this, dataset[shard]);
        foreach (DatabaseSize size in _sizes) TotalKeys += size.Keys;
    }

    /// <summary>The version that is written.</summary>
    public int Version { get; }

    /// <summary>Keys at the cut.</summary>
    public long TotalKeys { get; }

    /// <summary>What became of it so far.</summary>
    public SnapshotState State => (SnapshotState)Volatile.Read(ref _state);

    /// <summary>Why it has failed.</summary>
    public string? Error { get; private set; }

    /// <summary>Bytes that were handed to the sink.</summary>
    public long WrittenBytes { get; private set; }

    /// <summary>Nothing will happen any more.</summary>
    public bool IsOver => _hasWriterEnded && Volatile.Read(ref _walking) == 0;

    /// <summary>Each shard's way.</summary>
    public ReadOnlySpan<ShardSnapshot> Shards => _shards;

    internal ChunkQueue Queue { get; }

    internal UsageNotes Usage => _settings.Usage;

    /// <summary>The cut: every shard is held, and may be let go afterwards.</summary>
    public static Snapshot Begin(Dataset dataset, SnapshotSettings settings, ISnapshotSink sink) =>
        new(dataset, settings, sink);

    /// <summary>One shard's way.</summary>
    public ShardSnapshot Shard(int index) => _shards[index];

    /// <summary>Gives it up. True unless it was over before.</summary>
    public bool Cancel() => End(SnapshotState.Cancelled);

    /// <summary>
    /// Everything at once, by whoever holds all shards and may wait: the walks, one after the other.
    /// </summary>
    public void WalkAll()
    {
        foreach (ShardSnapshot shard in _shards)
        {
            while (shard.Walk(long.MaxValue) != WalkOutcome.Finished) _progress.WaitOne(millisecondsTimeout: 1);
        }
    }

    /// <summary>
    /// The writer's work, on a thread that may wait; returns when the snapshot is done, has failed or was cancelled.
    /// </summary>
    public void Write()
    {
        using SnapshotStream stream = new(_sink, _settings, Version);
        string? error = _sink.Open() ?? stream.Begin(_sizes);
        if (error is null) error = WriteChunks(stream);
        if (error is null && State == SnapshotState.Running)
        {
            error = stream.End() ?? _sink.Complete();
            WrittenBytes = stream.WrittenBytes;
            if (error is null) End(SnapshotState.Done);
        }
        if (error is not null)
        {
            Error = error;
            End(SnapshotState.Failed);
        }
        if (State != SnapshotState.Done) _sink.Abandon();
        else Queue.Free(); // here, and not by whoever holds all shards; each of them has posted its last chunk
        _hasWriterEnded = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Queue.Dispose();
        _progress.Dispose();
        _ending.Dispose();
        _sink.Dispose();
    }

    internal void NoteWalked() => Interlocked.Decrement(ref _walking);

    private string? WriteChunks(SnapshotStream stream)
    {
        List<SnapshotChunk> waiting = [];
        int owner = -1; // the shard whose record goes on in its next chunk
        int open = _shards.Length;
        string? error = null;
        while (open > 0 && error is null && State == SnapshotState.Running)
        {
            int next = owner < 0 ? waiting.Count - 1 : waiting.FindIndex(chunk => chunk.Shard == owner);
            SnapshotChunk? chunk;
            if (next >= 0)
            {
                if (owner < 0) next = 0;
                chunk = waiting[next];
                waiting.RemoveAt(next);
            }
            else
            {
                chunk = Queue.Take();
                if (chunk is null) continue;
                if (owner >= 0 && chunk.Shard != owner)
                {
                    waiting.Add(chunk);
                    continue;
                }
            }
            error = stream.Append(chunk);
            if (_settings.KeyDelayMicros != 0) Delay(chunk.Keys);
            owner = chunk.IsContinued ? chunk.Shard : -1;
            if (chunk.IsLast) open--;
            Queue.Recycle(chunk);
            WrittenBytes = stream.WrittenBytes;
            _progress.Set();
        }
        foreach (SnapshotChunk chunk in waiting) Queue.Recycle(chunk);
        return error;
    }

    private void Delay(int keys)
    {
        double micros = _settings.KeyDelayMicros > 0
            ? (double)keys * _settings.KeyDelayMicros
            : (double)keys / -_settings.KeyDelayMicros;
        // tidy: cold because it is asked to stand still.
        for (; micros >= 1000 && State == SnapshotState.Running; micros -= 1000) _ending.WaitOne(1);
    }

    private bool End(SnapshotState state)
    {
        bool isFirst = Interlocked.CompareExchange(ref _state, (int)state, (int)SnapshotState.Running)
            == (int)SnapshotState.Running;
        Queue.Wake();
        _progress.Set();
        _ending.Set();
        return isFirst;
    }

    // A hash whose fields have deadlines cannot be told in versions before 12.
    private static int VersionFor(Dataset dataset, int version)
    {
        foreach (Keyspace keyspace in dataset.Keyspaces)
        {
            for (int index = 0; index < keyspace.DatabaseCount; index++)
            {
                if (keyspace.Existing(index) is { FieldDeadlines.Count: > 0 })
                    return Math.Max(version, Rdb.RdbVersion.FieldDeadlines);
            }
        }
        return version;
    }
}
