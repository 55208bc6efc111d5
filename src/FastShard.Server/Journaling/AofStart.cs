using FastShard.Native.Clocks;
using FastShard.Native.Files;
using FastShard.Native.Interop;
using FastShard.Persistence.Journals;
using FastShard.Persistence.Loading;
using FastShard.Server.Saving;

namespace FastShard.Server.Journaling;

/// <summary>
/// Loads the files of an append-only folder: into a data set that is held as a whole, or by all shards while they run.
/// </summary>
internal sealed class AofStart(FastShardServer server, AofFolder folder)
{
    private ILoadTarget? _target;
    private volatile RdbLoad? _snapshot; // the base that is being loaded
    private volatile bool _isCancelled;
    private long _snapshotBytes;

    /// <summary>Which files there are.</summary>
    public AofManifest Manifest { get; private set; } = new();

    /// <summary>There is something to load.</summary>
    public bool HasFiles => Manifest.HasFilesToLoad;

    /// <summary>Looks for them. Null, or what is wrong in one line.</summary>
    public string? Find()
    {
        if (folder.Read(out string? error) is not { } manifest)
            return $"Bad AOF manifest in {folder.Location}: {error}";
        Manifest = manifest;
        return null;
    }

    /// <summary>Loads them all. Null, or what is wrong in one line.</summary>
    public string? Load(bool isHeld)
    {
        long began = SystemClock.MonotonicNanos();
        IReplayCrew? crew = isHeld ? null : new MailedReplay(server.Shards);
        _target = isHeld ? new HeldLoad(server.Dataset) : new MailedLoad(server.Shards);
        using AofLoader loader = new(server.Commands, server.Dataset, SystemClock.WallMillis(), LoadSnapshot, crew)
        {
            KeyDelayMicros = isHeld ? 0 : server.Options.KeyLoadDelayMicros,
        };
        server.Loader.Begin(new LoadProgress(
            () => loader.ReadBytes + Volatile.Read(ref _snapshotBytes) + (_snapshot?.ReadBytes ?? 0),
            folder.SizeOf(Manifest), () => Cancel(loader), SystemClock.WallMillis()));
        string? fatal = LoadAll(loader);
        server.Loader.End();
        if (fatal is not null) return fatal;
        double seconds = (SystemClock.MonotonicNanos() - began) / 1e9;
        Logging.Log.Notice($"DB loaded from append only file: {seconds:F3} seconds, {loader.Commands} commands");
        return null;
    }

    private string? LoadAll(AofLoader loader)
    {
        List<AofFile> files = [.. Manifest.ToLoad()];
        for (int index = 0; index < files.Count; index++)
        {
            string path = folder.PathOf(files[index]);
            if (Judge(loader.Load(path), path, isLast: index == files.Count - 1) is { } fatal) return fatal;
        }
        return null;
    }

    private void Cancel(AofLoader loader)
    {
        _isCancelled = true;
        _snapshot?.Cancel();
        loader.Cancel();
    }

    private string? LoadSnapshot(string path, out long end)
    {
        end = 0;
        FileSource? source = FileSource.Open(path, out string? error);
        if (source is null) return $"{path} cannot be read: {error ?? "No such file or directory"}";
        // What has expired is removed by the journal behind it, and until then commands may count on it.
        using RdbLoad load = new(source, _target!, server.Dataset, SystemClock.WallMillis())
        {
            DropsExpired = false,
            VerifiesChecksum = server.Options.RdbChecksum,
        };
        _snapshot = load;
        if (_isCancelled) load.Cancel();
        bool isLoaded = load.Run();
        _snapshot = null;
        end = load.EndOffset;
        Volatile.Write(ref _snapshotBytes, _snapshotBytes + end);
        server.Saver.Functions = [.. load.Libraries];
        return isLoaded ? null : $"{path}: {load.Error}";
    }

    private string? Judge(in AofLoadResult result, string path, bool isLast)
    {
        if (result.Status == AofLoadStatus.Complete) return null;
        if (result.Status == AofLoadStatus.Failed)
            return $"Bad append-only file: {result.Error}. Nothing was changed on the disk.";
        if (!isLast) return $"Bad append-only file: {result.Error}, and it is not the last file";
        if (!server.Options.AofLoadTruncated)
        {
            return $"Bad append-only file: {result.Error}. With 'aof-load-truncated yes' the server cuts off what is "
                + "incomplete and starts.";
        }
        Logging.Log.Warning($"!!! Warning: short read while loading the AOF file !!! {result.Error}");
        using DataFile? file = DataFile.OpenEnd(path, out int error);
        if (file is null) return $"{path}: {Errno.Text(error)}";
        error = file.Truncate(result.ValidBytes);
        if (error != 0) return $"{path}: {Errno.Text(error)}";
        Logging.Log.Warning(
            $"AOF loaded anyway because aof-load-truncated is enabled: {path} was cut off at offset "
            + $"{result.ValidBytes}, {result.Bytes - result.ValidBytes} bytes were dropped");
        return null;
    }
}
