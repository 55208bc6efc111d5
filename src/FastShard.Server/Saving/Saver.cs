// Saving: one snapshot at a time, in the background or at once. Everything here happens while all shards are held, but
// for the snapshot itself: its shards walk at the end of their turns (SnapshotPace), its writer has a thread.

using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Persistence.Snapshots;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Saving;

/// <summary>The snapshot file: when it is written, by whom, and what became of it.</summary>
internal sealed class Saver : IDisposable
{
    // Save points are looked at so often.
    private const long LookMillis = 100;

    private readonly FastShardServer _server;
    private readonly SavePointClock _clock;
    private readonly SnapshotThread _thread = new();
    private SnapshotRun? _run;
    private long _savedDirty;
    private long _nextLookMillis;

    public Saver(FastShardServer server)
    {
        _server = server;
        _clock = new SavePointClock(server.Options);
        LastSaveMillis = server.StartedMillis;
    }

    /// <summary>A background save is under way.</summary>
    public bool IsRunning => _run is { IsSave: true, Snapshot.State: SnapshotState.Running };

    /// <summary>One was begun while the one before is still being given up: it comes within moments.</summary>
    public bool IsAboutToRun => IsScheduled && _run is { IsSave: true };

    /// <summary>A snapshot for somebody else is under way: the base of an append-only file, a replica.</summary>
    public bool IsTaken => _run is { IsSave: false };

    /// <summary>One will begin as soon as it can.</summary>
    public bool IsScheduled { get; private set; }

    /// <summary>The snapshot under way, also one that is being given up.</summary>
    public SnapshotRun? Run => _run;

    /// <summary>When the last save was done; the start of the server if none was.</summary>
    public long LastSaveMillis { get; private set; }

    /// <summary>Whether the last background save went well.</summary>
    public bool IsLastSaveGood { get; private set; } = true;

    /// <summary>How long the last background save took, -1 before the first.</summary>
    public long LastSeconds { get; private set; } = -1;

    /// <summary>Saves that went well.</summary>
    public long Saves { get; private set; }

    /// <summary>What the last background save copied before writes.</summary>
    public long LastCopiedBytes { get; private set; }

    /// <summary>Changes since the last save.</summary>
    public long Changes => Dirty - _savedDirty;

    /// <summary>Libraries of functions that were loaded, to be written back.</summary>
    public IReadOnlyList<byte[]> Functions { get; set; } = [];

    private long Dirty
    {
        get
        {
            long dirty = 0;
            foreach (Keyspace keyspace in _server.Dataset.Keyspaces) dirty += keyspace.Counters.Dirty;
            return dirty;
        }
    }

    private string FilePath => Path.Combine(_server.Options.Directory, _server.Options.DbFileName);

    /// <summary>Begins a background save; the one before must be over or scheduled behind.</summary>
    public void Begin()
    {
        if (_run is not null)
        {
            IsScheduled = true; // what is given up still marks its entries
            return;
        }
        IsScheduled = false;
        _clock.NoteTry(SystemClock.WallMillis());
        _run = Start(NoteBackground);
        WakeAll();
        Log.Notice("Background saving started");
    }

    /// <summary>
    /// Takes a snapshot for somebody else, into a sink of theirs; every shard is held, which is the cut. False while
    /// another one is under way: there is one at a time.
    /// </summary>
    public bool TryBegin(
        SnapshotSettings settings, ISnapshotSink sink, Action<SnapshotRun> whenOver, Action? giveUp = null)
    {
        if (_run is not null) return false;
        _run = Start(settings, sink, isSave: false, whenOver, giveUp);
        WakeAll();
        return true;
    }

    /// <summary>The same at once, while nothing else is under way. Null, or what went wrong.</summary>
    public string? SaveNow(SnapshotSettings settings, ISnapshotSink sink)
    {
        using SnapshotRun run = Start(settings, sink, isSave: false, static _ => { });
        run.RunToEnd();
        return run.Snapshot.State == SnapshotState.Done ? null : run.Snapshot.Error ?? "";
    }

    /// <summary>A background save as soon as none is under way and all shards can be had.</summary>
    public void Schedule() => IsScheduled = true;

    public void Unschedule() => IsScheduled = false;

    /// <summary>Gives up the snapshot of somebody else who wants it no more.</summary>
    public void GiveUpTaken()
    {
        if (_run is { IsSave: false } run && run.Snapshot.Cancel()) WakeAll();
    }

    /// <summary>Gives a background save up; the old file stays. False when there was none.</summary>
    public bool Cancel(string why)
    {
        if (_run is not { IsSave: true } || !_run.Snapshot.Cancel()) return false;
        Log.Notice($"Background saving will be aborted {why}");
        WakeAll();
        return true;
    }

    /// <summary>
    /// Saves at once; a background save under way is given up, another's snapshot finished first. Null, or what went
    /// wrong.
    /// </summary>
    public string? SaveNow()
    {
        if (_run is not null)
        {
            if (_run.IsSave) _run.Snapshot.Cancel();
            _run.GiveUp?.Invoke();
            _run.RunToEnd();
            Collect();
        }
        using SnapshotRun run = Start(static _ => { });
        run.RunToEnd();
        if (run.Snapshot.State != SnapshotState.Done)
        {
            Log.Warning(run.Snapshot.Error ?? "The DB was not saved");
            return run.Snapshot.Error ?? "";
        }
        NoteSaved(run);
        Log.Notice("DB saved on disk");
        return null;
    }

    /// <summary>What is on the disk is what is in memory, after a load.</summary>
    public void NoteLoaded() => _savedDirty = Dirty;

    /// <summary>FLUSHALL: a save that runs is given up, and the file becomes an empty one, as in Redis.</summary>
    public void FlushedAll()
    {
        if (_server.Gates.IsLoading) return;
        Cancel("because of FLUSHALL");
        if (_server.Options.Save.Length > 0) SaveNow();
    }

    /// <summary>Now and then, by the first shard's worker between two commands.</summary>
    public void Tick(ShardWorker worker)
    {
        bool isOver = _run is { Snapshot.IsOver: true };
        if (!isOver && worker.NowMillis < _nextLookMillis) return;
        _nextLookMillis = worker.NowMillis + LookMillis;
        bool isDue = _run is null && !_server.Gates.IsLoading
            && (IsScheduled || _clock.IsDue(worker.NowMillis, LastSaveMillis, Changes, IsLastSaveGood));
        if (!isOver && !isDue) return;
        worker.HoldAll(_server.AllShards);
        if (_run is { Snapshot.IsOver: true }) Collect();
        if (isDue && _run is null)
        {
            if (!IsScheduled) Log.Notice(_clock.Reason);
            Begin();
        }
    }

    /// <summary>Writes are refused while saves fail, where that is wanted.</summary>
    public void UpdateGate() => _server.Gates.SetDeniesWrites(
        !IsLastSaveGood && _server.Options.StopWritesOnSaveError && _server.Options.Save.Length > 0);

    public void Dispose()
    {
        if (_run is not null)
        {
            _run.Snapshot.Cancel();
            _run.GiveUp?.Invoke();
            _run.Dispose();
        }
        _thread.Dispose();
    }

    private SnapshotRun Start(Action<SnapshotRun> whenOver) => Start(
        SnapshotTerms.Of(_server, isAppendOnlyBase: false, Functions) with
        {
            LateNotes = _server.Replication.PlaceNotes(),
        },
        new FileSink(FilePath, _server.Options.RdbSaveIncrementalFsync), isSave: true, whenOver);

    private SnapshotRun Start(
        SnapshotSettings settings, ISnapshotSink sink, bool isSave, Action<SnapshotRun> whenOver,
        Action? giveUp = null)
    {
        // The snapshot is of whole keys.
        long nowMillis = SystemClock.WallMillis();
        _server.Spread.SettleAll(nowMillis, keepsCopies: true);
        SnapshotRun run = new(
            Snapshot.Begin(_server.Dataset, settings, sink), _thread, _server.Shards[0].Reactor.Wake)
        {
            IsSave = isSave,
            WhenOver = whenOver,
            GiveUp = giveUp,
            StartedMillis = SystemClock.WallMillis(),
            DirtyAtCut = Dirty,
        };
        _server.Spread.Resume(nowMillis);
        _thread.Begin(run);
        return run;
    }

    private void WakeAll()
    {
        foreach (Shard shard in _server.Shards) shard.Reactor.Wake();
    }

    private void NoteSaved(SnapshotRun run)
    {
        _savedDirty = run.DirtyAtCut;
        LastSaveMillis = SystemClock.WallMillis();
        IsLastSaveGood = true;
        Saves++;
        UpdateGate();
    }

    private void Collect()
    {
        SnapshotRun run = _run!;
        _run = null;
        run.WhenOver(run);
        run.Dispose();
    }

    private void NoteBackground(SnapshotRun run)
    {
        LastCopiedBytes = run.CopiedBytes;
        switch (run.Snapshot.State)
        {
            case SnapshotState.Done:
                LastSeconds = (SystemClock.WallMillis() - run.StartedMillis) / 1000;
                NoteSaved(run);
                Log.Notice($"Background saving terminated with success: {run.Snapshot.TotalKeys} keys, "
                    + $"{run.Snapshot.WrittenBytes} bytes, {run.CopiedBytes} of them copied before writes");
                break;
            case SnapshotState.Failed:
                LastSeconds = (SystemClock.WallMillis() - run.StartedMillis) / 1000;
                IsLastSaveGood = false;
                UpdateGate();
                Log.Warning($"Background saving error: {run.Snapshot.Error}");
                break;
            default:
                Log.Warning("Background saving was given up; the old file is kept");
                break;
        }
    }
}
