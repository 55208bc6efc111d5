using System.Diagnostics;
using System.Globalization;
using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Persistence.Loading;
using FastShard.Server.Logging;
using FastShard.Server.Replication;

namespace FastShard.Server.Saving;

/// <summary>
/// Brings the snapshot file into memory: at the start, and by DEBUG RELOAD. Knows of any load that is under way.
/// </summary>
internal sealed class Loader(FastShardServer server)
{
    private volatile LoadProgress? _progress;
    private volatile bool _isCancelled;
    private StreamPlace? _place;

    /// <summary>The load that is under way; null if none is.</summary>
    public LoadProgress? Progress => _progress;

    /// <summary>Keys of the last load, and those that were left out because their time was over.</summary>
    public long LoadedKeys { get; private set; }

    public long ExpiredKeys { get; private set; }

    private string FilePath => Path.Combine(server.Options.Directory, server.Options.DbFileName);

    /// <summary>Whether there is a file to load.</summary>
    public bool HasFile => File.Exists(FilePath);

    /// <summary>Ends the load at the start, from any thread; what DEBUG RELOAD has begun it finishes.</summary>
    public void Cancel()
    {
        if (!server.Gates.IsLoading) return;
        _isCancelled = true;
        _progress?.Cancel();
    }

    /// <summary>A load has begun, of whatever file; it ends at once if that was asked for already.</summary>
    public void Begin(LoadProgress progress)
    {
        _progress = progress;
        if (_isCancelled && server.Gates.IsLoading) progress.Cancel();
    }

    /// <summary>It is over.</summary>
    public void End() => _progress = null;

    /// <summary>
    /// The load at the start, on the main thread, while the shards run and answer that they are loading. Null, or one
    /// line about what is wrong.
    /// </summary>
    public string? LoadAtStart()
    {
        long began = Stopwatch.GetTimestamp();
        string? error = Load(new MailedLoad(server.Shards), replaces: false, server.Options.KeyLoadDelayMicros);
        if (error is not null) return error;
        server.WithAllHeld(() =>
        {
            if (_place is { } place) server.Replication.GoOnAt(place);
            server.Gates.SetLoading(false);
            server.Saver.NoteLoaded();
        });
        Log.Notice(string.Create(
            CultureInfo.InvariantCulture,
            $"DB loaded from disk: {Stopwatch.GetElapsedTime(began).TotalSeconds:F3} seconds"));
        return null;
    }

    /// <summary>DEBUG RELOAD; every shard is held.</summary>
    public string? LoadHeld(bool replaces) => Load(new HeldLoad(server.Dataset), replaces, keyDelayMicros: 0);

    private string? Load(ILoadTarget target, bool replaces, int keyDelayMicros)
    {
        string path = FilePath;
        FileSource? source = FileSource.Open(path, out string? error);
        if (source is null) return error is null ? null : $"Cannot open {path}: {error}";
        using RdbLoad load = new(source, target, server.Dataset, SystemClock.WallMillis())
        {
            Replaces = replaces,
            DropsExpired = !server.Replication.IsReplica,
            KeepsExpiredOfStream = true,
            VerifiesChecksum = server.Options.RdbChecksum,
            KeyDelayMicros = keyDelayMicros,
        };
        Begin(LoadProgress.Of(load, SystemClock.WallMillis()));
        bool isLoaded = load.Run();
        End();
        LoadedKeys = load.LoadedKeys;
        ExpiredKeys = load.ExpiredKeys;
        if (!isLoaded) return $"Cannot load {path}: {load.Error}";
        server.Saver.Functions = [.. load.Libraries];
        _place = StreamPlace.Of(load.Notes);
        Report(load);
        return null;
    }

    private static void Report(RdbLoad load)
    {
        foreach (KeyValuePair<string, string> note in load.Notes)
        {
            if (note.Key == "redis-ver") Log.Notice($"Loading RDB produced by version {note.Value}");
        }
        if (load.EmptyKeys > 0) Log.Warning($"{load.EmptyKeys} keys without elements were left out");
        Log.Notice(
            $"Done loading RDB, keys loaded: {load.LoadedKeys}, keys expired: {load.ExpiredKeys}.");
    }
}
