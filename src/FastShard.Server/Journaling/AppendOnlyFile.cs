// The append-only file of a server: when it is on, every shard's journal is posted to one log, whose thread writes it.
//
// Files are those of Redis 7: a base, increments behind it, and a manifest that names them. A rewrite begins a new
// increment at an instant at which all shards are held, and a snapshot of that instant becomes the new base while the
// shards go on; until then the old base and increments are what is loaded. Files and manifest are changed on the log's
// thread alone, in the order of what is posted.

using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Native.Files;
using FastShard.Native.Interop;
using FastShard.Persistence.Journals;
using FastShard.Persistence.Snapshots;
using FastShard.Server.Configuration;
using FastShard.Server.Saving;
using FastShard.Server.Sharding;

namespace FastShard.Server.Journaling;

/// <summary>Turns journalling on and off, and rewrites what was journalled.</summary>
internal sealed class AppendOnlyFile : IDisposable
{
    private const long RetryNanos = 60_000_000_000;

    private readonly FastShardServer _server;
    private readonly AofWriter _writer;
    private volatile AofManifest _manifest = new();
    private AofRewrite? _rewrite;
    private volatile bool _isInstalling;
    private volatile bool _awaitsBase; // turned on, and nothing of it can be loaded before the first base is there
    private AofStart? _start; // what is to be loaded at the start
    private bool _isStarted;
    private bool _isInTransaction;
    private bool _isPutOff; // until its end
    private bool _isSuspended;
    private bool _isScheduled;
    private long _notBeforeNanos;
    private long _sizeBefore; // of the files, without what the writer has added
    private long _writtenBefore;
    private long _baseSize;

    public AppendOnlyFile(FastShardServer server)
    {
        _server = server;
        _writer = new AofWriter(
            server.Gates.RefuseWrites,
            // A rewrite's snapshot or another one: both keep the disk busy.
            skipsSync: () => server.Options.NoAppendFsyncOnRewrite && server.Saver.Run is not null);
        Log = new JournalLog(server.Shards, _writer);
    }

    /// <summary>Where shards post what they changed.</summary>
    public JournalLog Log { get; }

    /// <summary>Effects are written.</summary>
    public bool IsOn { get; private set; }

    /// <summary>What keeps the file from being written; null while nothing does.</summary>
    public string? Error => _writer.Error;

    /// <summary>Bytes of all files.</summary>
    public long Size => Volatile.Read(ref _sizeBefore) + _writer.BytesWritten - Volatile.Read(ref _writtenBefore);

    /// <summary>Bytes of all files after the last rewrite or the start.</summary>
    public long BaseSize => Volatile.Read(ref _baseSize);

    /// <summary>A rewrite's snapshot is under way, or about to become the base.</summary>
    public bool IsRewriting => _rewrite is not null || _isInstalling;

    /// <summary>It was turned on, and nothing of it can be loaded before its first base is there.</summary>
    public bool AwaitsBase => _awaitsBase;

    /// <summary>For how many seconds; -1 = it is not.</summary>
    public long RewritingSeconds => _rewrite is { } rewrite ? SecondsSince(rewrite.BeganNanos) : -1;

    /// <summary>It was asked for, and comes as soon as it can.</summary>
    public bool IsRewriteScheduled => _isScheduled;

    /// <summary>Rewrites that were completed.</summary>
    public long Rewrites { get; private set; }

    /// <summary>Rewrites in a row that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>How long the last one took, -1 = there was none.</summary>
    public long LastRewriteSeconds { get; private set; } = -1;

    /// <summary>Whether a rewrite can begin at once.</summary>
    public bool CanRewrite => _rewrite is null && !_isInstalling && _server.Saver.Run is null;

    private AofFolder Folder => new(
        _server.Options.Directory, _server.Options.AppendDirName, _server.Options.AppendFileName);

    private bool IsRewriteDue
    {
        get
        {
            ServerOptions options = _server.Options;
            bool isLarge = IsOn && options.AutoAofRewritePercentage > 0 && Size > options.AutoAofRewriteMinSize
                && (Size * 100 / Math.Max(BaseSize, 1)) - 100 >= options.AutoAofRewritePercentage;
            return (_isScheduled || isLarge) && SystemClock.MonotonicNanos() >= _notBeforeNanos;
        }
    }

    /// <summary>The files are to be loaded, and not the snapshot.</summary>
    public bool IsToLoad => _start is not null;

    /// <summary>
    /// Before the shards run: looks for files. Those that are there are loaded when the shards run; else the first one
    /// is begun. Null, or why the server cannot start.
    /// </summary>
    public string? Start()
    {
        if (!_server.Options.AppendOnly) return null;
        AofStart start = new(_server, Folder);
        if (start.Find() is { } error) return error;
        _manifest = start.Manifest;
        if (!start.HasFiles) return GoOn();
        _start = start;
        _server.Gates.SetLoading(true);
        return null;
    }

    /// <summary>
    /// Loads the files, on a thread that is no shard's, by all shards while they run, and goes on with the last one.
    /// Null, or why the server cannot go on.
    /// </summary>
    public string? LoadAtStart()
    {
        string? error = _start!.Load(isHeld: false);
        if (error is not null) return error;
        _start = null;
        _server.WithAllHeld(() =>
        {
            _server.Saver.NoteLoaded();
            error = GoOn();
            if (error is null) _server.Gates.SetLoading(false);
        });
        return error;
    }

    private string? GoOn()
    {
        Begin();
        string? failure = OnLog(() =>
        {
            AofFolder folder = Folder;
            _manifest = folder.RemoveHistory(_manifest);
            if (_manifest.Files.Count == 0 && BeginWithBase(folder) is { } error) return error;
            string? outcome = _manifest.LastIncrement is { } last
                ? GoOn(folder.PathOf(last))
                : AddIncrement(isNamed: true);
            NoteSize();
            return outcome;
        });
        return failure is null ? null : $"Can't open the append-only file: {failure}";
    }

    // Of nothing: the shards do not run yet. It is named together with the increment behind it.
    private string? BeginWithBase(AofFolder folder)
    {
        ServerOptions options = _server.Options;
        if (folder.TryMake() is { } unmade) return unmade;
        AofFile made = _manifest.NextBase(folder.Prefix, isSnapshot: options.AofUseRdbPreamble);
        string path = folder.PathOf(made);
        string? error = options.AofUseRdbPreamble
            ? _server.Saver.SaveNow(
                SnapshotTerms.Of(_server, isAppendOnlyBase: true, []), new FileSink(path, writesBackEarly: false))
            : BaseFile.Write(path, _server.Dataset, SystemClock.WallMillis(), options.AofTimestampEnabled);
        if (error is null) _manifest = _manifest.WithBase(made, 1);
        return error;
    }

    /// <summary>
    /// appendonly, appendfsync, notes of times: while all shards are held, or before they run. Null, or why not.
    /// </summary>
    public string? Configure()
    {
        ServerOptions options = _server.Options;
        _writer.Policy = options.AppendFsync;
        Log.NotesTimes = options.AofTimestampEnabled;
        // What is being loaded is gone on with at the end.
        _isPutOff |= _isInTransaction;
        if (_isStarted && options.AppendOnly != IsOn && !_server.Gates.IsLoading && !_isInTransaction)
        {
            string? error = options.AppendOnly ? TurnOn() : TurnOff();
            if (error is not null) return error;
        }
        HoldReplies();
        RemoveHistory();
        return null;
    }

    /// <summary>
    /// A transaction that may change the configuration begins, while all shards are held: what it changes stays
    /// together, and so the file is turned on and off behind it.
    /// </summary>
    public void BeginTransaction() => _isInTransaction = true;

    /// <summary>It has run.</summary>
    public void EndTransaction()
    {
        _isInTransaction = false;
        if (!_isPutOff) return;
        _isPutOff = false;
        if (Configure() is { } error) Logging.Log.Warning(error);
    }

    /// <summary>DEBUG AOF-FLUSH-SLEEP: stands still so long before each write.</summary>
    public void DelayWrites(int micros) => _writer.DelayMicros = micros;

    /// <summary>From now on <see cref="Configure"/> turns it on and off: the server runs.</summary>
    public void Started() => _isStarted = true;

    /// <summary>A rewrite as soon as nothing else is under way.</summary>
    public void ScheduleRewrite() => _isScheduled = true;

    /// <summary>
    /// Begins to rewrite the files to what the data is now; all shards are held, and nothing else is under way. Null,
    /// or what went wrong. While the file is off a base is written all the same, with no increment behind it.
    /// </summary>
    public string? BeginRewrite()
    {
        _isScheduled = false;
        AofFolder folder = Folder;
        if (folder.TryMake() is { } unmade) return Failed(unmade);
        if (_writer.Error is { } failing) return Failed(failing);
        if (!IsOn && TryReadManifest() is { } unreadable) return Failed(unreadable);
        PostAll();
        AofFile made = _manifest.NextBase(folder.Prefix, isSnapshot: _server.Options.AofUseRdbPreamble);
        if (!_server.Options.AofUseRdbPreamble) return RewriteByCommands(folder, made);
        AofRewrite rewrite = new(made, SystemClock.MonotonicNanos());
        SnapshotSettings settings = SnapshotTerms.Of(_server, isAppendOnlyBase: true, _server.Saver.Functions);
        FileSink sink = new(folder.PathOf(made), _server.Options.AofRewriteIncrementalFsync);
        if (!_server.Saver.TryBegin(settings, sink, run => Collect(rewrite, run.Snapshot)))
        {
            _isScheduled = true;
            return null;
        }
        _rewrite = rewrite;
        if (IsOn)
        {
            Log.PostCut(() =>
            {
                rewrite.SwitchError = AddIncrement(isNamed: !_awaitsBase);
                rewrite.FirstIncrement = _manifest.LastIncrement?.Sequence ?? 0;
            });
        }
        Logging.Log.Notice("Background append only file rewriting started");
        return null;
    }

    /// <summary>Now and then, by the first shard's worker between two commands.</summary>
    public void Tick(ShardWorker worker)
    {
        if ((!IsOn && !_isScheduled) || !IsRewriteDue || !CanRewrite) return;
        worker.HoldAll(_server.AllShards);
        if (CanRewrite && IsRewriteDue) _ = BeginRewrite();
    }

    /// <summary>
    /// DEBUG LOADAOF: writes what waits, forgets all data and loads it again; all shards are held. Null, or what is
    /// wrong with the files: then the data is what could be loaded. While there are none, the data stays.
    /// </summary>
    public string? Reload()
    {
        AofStart start = new(_server, Folder);
        if (start.Find() is { } unreadable) return unreadable;
        if (!start.HasFiles) return "There is no append-only file to load";
        PostAll();
        // While it is off, the log's thread may not run.
        if (IsOn) Log.Drain();
        _server.Dataset.Journal(isOn: false);
        _server.Dataset.FlushAll();
        // A FLUSHALL in the journal is none of now: nothing is saved because of it.
        _server.Gates.SetLoading(true);
        string? error = start.Load(isHeld: true);
        _server.Gates.SetLoading(false);
        if (error is null) _manifest = start.Manifest;
        _server.UpdateJournal();
        return error;
    }

    /// <summary>Writes what is left, forces it to disk, and closes; the shards have ended.</summary>
    public void Dispose()
    {
        PostAll();
        Log.Dispose();
        _writer.Dispose();
    }

    private static long SecondsSince(long nanos) => (SystemClock.MonotonicNanos() - nanos) / 1_000_000_000;

    private void Begin()
    {
        Log.Start();
        IsOn = true;
        _server.UpdateJournal();
        HoldReplies();
    }

    // Files that were kept are removed as soon as they need not be any more.
    private void RemoveHistory()
    {
        if (!_isStarted || _server.Options.AofDisableAutoGc || !_manifest.HasHistory) return;
        OnLog(() =>
        {
            _manifest = Folder.RemoveHistory(_manifest);
            return null;
        });
    }

    private void HoldReplies()
    {
        Log.HoldsReplies = IsOn && _server.Options.AppendFsync == AppendFsync.Always;
        if (Log.HoldsReplies) return;
        foreach (Shard shard in _server.Shards) shard.Reactor.Wake();
    }

    // Files change on the log's thread alone: it has to run, though nothing is journalled.
    private string? TryReadManifest()
    {
        if (Folder.Read(out string? error) is not { } manifest) return error;
        Log.Start();
        _manifest = manifest;
        return null;
    }

    private string? TurnOn()
    {
        if (TryReadManifest() is { } error) return error;
        GiveUpRewrite(); // what was begun while it was off has no increment behind it
        Begin();
        // Until there is a base, nothing of what is written could be loaded.
        _awaitsBase = true;
        _isScheduled = true;
        _notBeforeNanos = 0;
        if (!CanRewrite || BeginRewrite() is not { } failure) return null;
        _ = TurnOff();
        return $"Unable to turn on AOF. Check server logs. {failure}";
    }

    /// <summary>
    /// The data is about to be replaced by a primary's: the files stay what they are, of the data before, until there
    /// is a base of the new; all shards are held.
    /// </summary>
    public void Suspend()
    {
        if (!IsOn) return;
        _isSuspended = true;
        _ = TurnOff();
    }

    /// <summary>The new data is here, and gets a base.</summary>
    public void Resume()
    {
        if (!_isSuspended) return;
        _isSuspended = false;
        if (!IsOn && TurnOn() is { } error) Logging.Log.Warning($"The append-only file stays off: {error}");
    }

    private string? TurnOff()
    {
        PostAll();
        OnLog(() =>
        {
            _writer.Switch(null);
            return null;
        });
        GiveUpRewrite();
        IsOn = _awaitsBase = _isScheduled = false;
        _server.UpdateJournal();
        return null;
    }

    private void GiveUpRewrite()
    {
        if (_rewrite is null) return;
        _rewrite = null;
        Logging.Log.Notice("The append only file rewriting under way is given up");
        _server.Saver.GiveUpTaken();
    }

    // All at once: a base of commands is for whoever reads it, not for speed.
    private string? RewriteByCommands(AofFolder folder, AofFile made)
    {
        string? error = IsOn ? OnLog(() => AddIncrement(isNamed: !_awaitsBase)) : null;
        long first = IsOn ? _manifest.LastIncrement?.Sequence ?? 0 : long.MaxValue;
        error ??= BaseFile.Write(
            folder.PathOf(made), _server.Dataset, SystemClock.WallMillis(), _server.Options.AofTimestampEnabled);
        error ??= OnLog(() => Install(made, first));
        if (error is not null) return Failed(error);
        NoteDone(0);
        return null;
    }

    // The snapshot is over; all shards are held.
    private void Collect(AofRewrite rewrite, Snapshot snapshot)
    {
        if (!ReferenceEquals(_rewrite, rewrite)) return; // turned off meanwhile, and perhaps on again
        _rewrite = null;
        if (snapshot.State != SnapshotState.Done)
        {
            _ = Failed(snapshot.Error ?? "it was given up");
            _isScheduled |= _awaitsBase;
            return;
        }
        NoteDone(SecondsSince(rewrite.BeganNanos));
        _isInstalling = true;
        Log.PostCut(() =>
        {
            string? error = rewrite.SwitchError ?? Install(rewrite.Base, rewrite.FirstIncrement);
            if (error is null) Logging.Log.Notice("Background AOF rewrite finished successfully");
            else Logging.Log.Warning($"Background AOF rewrite error: {error}");
            _isInstalling = false;
        });
    }

    private void NoteDone(long seconds)
    {
        Rewrites++;
        Failures = 0;
        LastRewriteSeconds = seconds;
    }

    private string Failed(string error)
    {
        Failures++;
        _notBeforeNanos = SystemClock.MonotonicNanos() + RetryNanos;
        Logging.Log.Warning($"Background AOF rewrite error: {error}");
        return error;
    }

    // On the log's thread: the base takes the place of everything before an increment.
    private string? Install(AofFile made, long first)
    {
        AofFolder folder = Folder;
        AofManifest manifest = _manifest.WithBase(made, first);
        if (folder.Write(manifest) is { } error) return error;
        _awaitsBase = false;
        _manifest = _server.Options.AofDisableAutoGc ? manifest : folder.RemoveHistory(manifest);
        NoteSize();
        return null;
    }

    // On the log's thread: it goes on in a new file, behind everything that was posted before.
    private string? AddIncrement(bool isNamed)
    {
        if (_writer.Error is { } failing) return failing;
        AofFolder folder = Folder;
        if (folder.TryMake() is { } unmade) return unmade;
        AofManifest manifest = _manifest.WithIncrement(folder.Prefix);
        string path = folder.PathOf(manifest.LastIncrement!);
        // A file of that name that nobody names is what another run left behind.
        AofFolder.TryDelete(path);
        if (isNamed && folder.Write(manifest) is { } failure) return failure;
        if (GoOn(path) is { } error) return error;
        _ = DataFile.SyncFolder(folder.Location);
        _manifest = manifest;
        return null;
    }

    private string? GoOn(string path)
    {
        DataFile? file = DataFile.OpenEnd(path, out int error);
        if (file is null) return Errno.Text(error);
        _writer.Switch(file);
        Log.Restart();
        return null;
    }

    private string? OnLog(Func<string?> action)
    {
        string? outcome = null;
        using ManualResetEventSlim done = new();
        Log.PostCut(() =>
        {
            outcome = action();
            done.Set();
        });
        done.Wait();
        return outcome;
    }

    /// <summary>Posts what all shards have changed, who are held.</summary>
    public void PostAll()
    {
        foreach (Keyspace keyspace in _server.Dataset.Keyspaces)
        {
            if (!keyspace.Effects.IsEmpty) Log.Post(keyspace.Effects);
        }
    }

    private void NoteSize()
    {
        Volatile.Write(ref _writtenBefore, _writer.BytesWritten);
        Volatile.Write(ref _sizeBefore, Folder.SizeOf(_manifest));
        Volatile.Write(ref _baseSize, _sizeBefore);
    }
}
