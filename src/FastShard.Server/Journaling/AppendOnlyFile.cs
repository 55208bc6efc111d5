// The append-only file of a server: when it is on, every shard's journal is posted to one log, whose thread writes it.
//
// Files are those of Redis 7: a base, increments behind it, and a manifest that names them. A rewrite begins a new
// increment at an instant at which all shards are held, writes the data of that instant as the new base, and names
// both in the manifest; until then the old base and increments are what is loaded.

using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Native.Files;
using FastShard.Native.Interop;
using FastShard.Persistence.Journals;
using FastShard.Server.Configuration;

namespace FastShard.Server.Journaling;

/// <summary>Turns journalling on and off, loads what was journalled, and rewrites it.</summary>
internal sealed class AppendOnlyFile : IDisposable
{
    private readonly FastShardServer _server;
    private readonly AofWriter _writer;
    private AofManifest _manifest = new();
    private bool _isStarted;
    private bool _isScheduled;
    private long _sizeBefore; // of the files, without what the writer has added
    private long _writtenBefore;

    public AppendOnlyFile(FastShardServer server)
    {
        _server = server;
        _writer = new AofWriter(server.Gates.RefuseWrites);
        Log = new JournalLog(server.Shards, _writer);
    }

    /// <summary>Where shards post what they changed.</summary>
    public JournalLog Log { get; }

    /// <summary>Effects are written.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Loads snapshots at the beginning of base files; set before <see cref="Load"/>.</summary>
    public SnapshotLoad? LoadSnapshot { get; set; }

    /// <summary>What keeps the file from being written; null while nothing does.</summary>
    public string? Error => _writer.Error;

    /// <summary>Bytes of all files.</summary>
    public long Size => _sizeBefore + _writer.BytesWritten - _writtenBefore;

    /// <summary>Bytes of all files after the last rewrite or the start.</summary>
    public long BaseSize { get; private set; }

    /// <summary>Rewrites that were completed.</summary>
    public long Rewrites { get; private set; }

    /// <summary>How long the last one took, -1 = there was none.</summary>
    public long LastRewriteSeconds { get; private set; } = -1;

    /// <summary>What went wrong with the last one; null = nothing.</summary>
    public string? RewriteError { get; private set; }

    /// <summary>The files have grown so much that they are to be rewritten.</summary>
    public bool IsRewriteDue
    {
        get
        {
            ServerOptions options = _server.Options;
            if (_isScheduled) return true;
            if (!IsOn || options.AutoAofRewritePercentage == 0 || Size <= options.AutoAofRewriteMinSize) return false;
            if (RewriteError is not null) return false; // whoever looks into it asks for the next one
            return (Size * 100 / Math.Max(BaseSize, 1)) - 100 >= options.AutoAofRewritePercentage;
        }
    }

    private AofFolder Folder => new(
        _server.Options.Directory, _server.Options.AppendDirName, _server.Options.AppendFileName);

    /// <summary>
    /// Before the shards run: loads what there is, and goes on with it. Null, or why the server cannot start.
    /// </summary>
    public string? Start()
    {
        if (!_server.Options.AppendOnly) return null;
        if (Load() is { } error) return error;
        Begin();
        AofFolder folder = Folder;
        _manifest = folder.RemoveHistory(_manifest);
        string? failure = _manifest.LastIncrement is { } last
            ? Open(folder.PathOf(last))
            : AddIncrement();
        if (failure is not null) return $"Can't open the append-only file: {failure}";
        NoteSize();
        return null;
    }

    /// <summary>
    /// Loads the files into the data set, which nobody else touches. Null, or what is wrong in one line.
    /// </summary>
    public string? Load()
    {
        AofFolder folder = Folder;
        if (folder.Read(out string? error) is not { } manifest)
            return $"Bad AOF manifest in {folder.Location}: {error}";
        _manifest = manifest;
        long began = SystemClock.MonotonicNanos();
        using AofLoader loader = new(
            _server.Commands, _server.Dataset, SystemClock.WallMillis(), LoadSnapshot);
        List<AofFile> files = [.. manifest.ToLoad()];
        for (int index = 0; index < files.Count; index++)
        {
            string path = folder.PathOf(files[index]);
            if (Judge(loader.Load(path), path, isLast: index == files.Count - 1) is { } fatal) return fatal;
        }
        if (files.Count > 0)
        {
            double seconds = (SystemClock.MonotonicNanos() - began) / 1e9;
            Logging.Log.Notice($"DB loaded from append only file: {seconds:F3} seconds, {loader.Commands} commands");
        }
        return null;
    }

    /// <summary>appendonly, appendfsync: while all shards are held, or before they run. Null, or why not.</summary>
    public string? Configure()
    {
        ServerOptions options = _server.Options;
        _writer.Policy = options.AppendFsync;
        if (_isStarted && options.AppendOnly != IsOn)
        {
            string? error = options.AppendOnly ? TurnOn() : TurnOff();
            if (error is not null) return error;
        }
        HoldReplies();
        return null;
    }

    /// <summary>From now on <see cref="Configure"/> turns it on and off: the server runs.</summary>
    public void Started() => _isStarted = true;

    /// <summary>Rewrites the files to what the data is now; all shards are held. Null, or what went wrong.</summary>
    public string? Rewrite()
    {
        _isScheduled = false;
        long began = SystemClock.MonotonicNanos();
        RewriteError = TryRewrite();
        LastRewriteSeconds = (SystemClock.MonotonicNanos() - began) / 1_000_000_000;
        if (RewriteError is null) Rewrites++;
        else Logging.Log.Warning($"Rewriting the append-only file: {RewriteError}");
        return RewriteError;
    }

    /// <summary>It was asked for, and comes as soon as it can.</summary>
    public bool IsRewriteScheduled => _isScheduled;

    /// <summary>
    /// DEBUG LOADAOF: writes what waits, forgets all data and loads it again; all shards are held. Null, or what is
    /// wrong with the files: then the data is what could be loaded.
    /// </summary>
    public string? Reload()
    {
        Drain();
        _server.Dataset.Journal(isOn: false);
        foreach (Keyspace keyspace in _server.Dataset.Keyspaces)
        {
            for (int database = 0; database < keyspace.DatabaseCount; database++) keyspace.Flush(database);
        }
        string? error = Load();
        _server.UpdateJournal();
        return error;
    }

    /// <summary>The next turn of the first shard rewrites the files.</summary>
    public void ScheduleRewrite() => _isScheduled = true;

    /// <summary>Posts what all shards have changed, who are held, and waits until it is written.</summary>
    public void Drain()
    {
        PostAll();
        Log.Drain();
    }

    /// <summary>Writes what is left, forces it to disk, and closes; the shards have ended.</summary>
    public void Dispose()
    {
        PostAll();
        Log.Dispose();
        _writer.Dispose();
    }

    private string? Judge(in AofLoadResult result, string path, bool isLast)
    {
        if (result.Status == AofLoadStatus.Complete) return null;
        if (result.Status == AofLoadStatus.Failed)
            return $"Bad append-only file: {result.Error}. Nothing was changed on the disk.";
        if (!isLast) return $"Bad append-only file: {result.Error}, and it is not the last file";
        if (!_server.Options.AofLoadTruncated)
        {
            return $"Bad append-only file: {result.Error}. With 'aof-load-truncated yes' the server cuts off what is "
                + "incomplete and starts.";
        }
        Logging.Log.Warning($"!!! Warning: short read while loading the AOF file !!! {result.Error}");
        using AppendFile? file = AppendFile.Open(path, out int error);
        if (file is null) return $"{path}: {Errno.Text(error)}";
        error = file.Truncate(result.ValidBytes);
        if (error != 0) return $"{path}: {Errno.Text(error)}";
        Logging.Log.Warning(
            $"AOF loaded anyway because aof-load-truncated is enabled: {path} was cut off at offset "
            + $"{result.ValidBytes}, {result.Bytes - result.ValidBytes} bytes were dropped");
        return null;
    }

    private void Begin()
    {
        Log.Start();
        IsOn = true;
        _server.UpdateJournal();
        HoldReplies();
    }

    private void HoldReplies()
    {
        Log.HoldsReplies = IsOn && _server.Options.AppendFsync == AppendFsync.Always;
        if (!Log.HoldsReplies) foreach (Sharding.Shard shard in _server.Shards) shard.Reactor.Wake();
    }

    private string? TurnOn()
    {
        if (Folder.Read(out string? error) is not { } manifest) return error;
        _manifest = manifest;
        Begin();
        if (Rewrite() is not { } failure) return null;
        _ = TurnOff();
        return $"Unable to turn on AOF. Check server logs. {failure}";
    }

    private string? TurnOff()
    {
        PostAll();
        OnLog(() =>
        {
            _writer.Switch(null);
            return null;
        });
        IsOn = false;
        _server.UpdateJournal();
        return null;
    }

    private string? TryRewrite()
    {
        PostAll();
        if (AddIncrement() is { } error) return error;
        AofFolder folder = Folder;
        long first = _manifest.LastIncrement!.Sequence;
        AofFile made = _manifest.NextBase(folder.Prefix, isSnapshot: false);
        string temporary = Path.Combine(folder.Location, $"temp-rewriteaof-bg-{Environment.ProcessId}.aof");
        error = BaseFile.Write(temporary, _server.Dataset, SystemClock.WallMillis());
        if (error is not null)
        {
            AofFolder.TryDelete(temporary);
            return error;
        }
        File.Move(temporary, folder.PathOf(made), overwrite: true);
        AppendFile.SyncFolder(folder.Location);
        AofManifest manifest = _manifest.WithBase(made, first);
        error = folder.Write(manifest);
        if (error is not null) return error;
        _manifest = _server.Options.AofDisableAutoGc ? manifest : folder.RemoveHistory(manifest);
        NoteSize();
        return null;
    }

    // The log goes on in a new file, behind everything that was posted before.
    private string? AddIncrement()
    {
        AofFolder folder = Folder;
        AofManifest manifest = _manifest.WithIncrement(folder.Prefix);
        return OnLog(() =>
        {
            if (_writer.Error is { } failing) return failing;
            try
            {
                folder.Make();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return exception.Message;
            }
            string path = folder.PathOf(manifest.LastIncrement!);
            AppendFile? file = AppendFile.Open(path, out int error);
            if (file is null) return Errno.Text(error);
            if (folder.Write(manifest) is { } failure)
            {
                file.Dispose();
                AofFolder.TryDelete(path);
                return failure;
            }
            _manifest = manifest;
            _writer.Switch(file);
            Log.Restart();
            return null;
        });
    }

    private string? Open(string path) => OnLog(() =>
    {
        AppendFile? file = AppendFile.Open(path, out int error);
        if (file is null) return Errno.Text(error);
        _writer.Switch(file);
        Log.Restart();
        return null;
    });

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
        _writtenBefore = _writer.BytesWritten;
        _sizeBefore = Folder.SizeOf(_manifest);
        BaseSize = _sizeBefore;
    }
}
