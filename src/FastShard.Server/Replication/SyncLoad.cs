using FastShard.Engine.Keyspaces;
using FastShard.Native.Clocks;
using FastShard.Persistence.Loading;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;
using FastShard.Server.Saving;

namespace FastShard.Server.Replication;

/// <summary>
/// Takes a primary's snapshot in, on a thread of its own: into a temporary file while it comes, so that what is here
/// stays until all of it has come; then in the place of what is here, by all shards. Where nothing is here it may be
/// loaded while it comes.
/// </summary>
internal sealed class SyncLoad(FastShardServer server, PrimaryLink link, BytePipe pipe, string streamId, long offset)
{
    private readonly string _path = Path.Combine(
        server.Options.Directory, $"temp-sync-{Environment.ProcessId}-{offset}.rdb");

    /// <summary>Begins.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = "sync" }.Start();

    private void Run()
    {
        string? error;
        try
        {
            error = IsToBeLoadedAtOnce() ? LoadAtOnce() : Receive() ?? LoadFile();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            error = failure.Message;
        }
        TryDelete();
        if (error is not null && !pipe.IsClosed) link.NoteLoadFailed(pipe, error);
    }

    private string? Receive()
    {
        using FileStream file = new(_path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        while (!pipe.IsAtEnd)
        {
            if (pipe.IsClosed || pipe.HasFailed) return "the link was lost";
            if (pipe.Peek() is not { } piece)
            {
                pipe.Await();
                continue;
            }
            int count = piece.Length;
            file.Write(piece.Bytes);
            pipe.Advance(count);
            server.Shards[0].Reactor.Wake();
        }
        return null;
    }

    // Where there is nothing to lose, and where that is wanted, it is loaded while it comes.
    private bool IsToBeLoadedAtOnce()
    {
        if (server.Options.DisklessLoad != DisklessLoad.OnEmptyDb) return false;
        bool isEmpty = true;
        server.WithAllHeld(() => isEmpty = HasNoKeys());
        return isEmpty;
    }

    private bool HasNoKeys()
    {
        foreach (Keyspace keyspace in server.Dataset.Keyspaces)
        {
            for (int database = 0; database < keyspace.DatabaseCount; database++)
            {
                if (keyspace.Existing(database) is { Table.Count: > 0 }) return false;
            }
        }
        return true;
    }

    private string? LoadAtOnce()
    {
        PipeSource source = new(pipe, server.Shards[0].Reactor.Wake);
        return Load(source, source.TryReadToEnd);
    }

    private string? LoadFile()
    {
        FileSource? source = FileSource.Open(_path, out string? openError);
        return source is null ? openError ?? "the file is gone" : Load(source, static () => true);
    }

    private string? Load(ILoadSource source, Func<bool> isWhole)
    {
        bool mayLoad = false;
        server.WithAllHeld(() => mayLoad = TryBegin());
        if (!mayLoad)
        {
            source.Dispose();
            return "the link was lost";
        }
        using RdbLoad load = new(source, new MailedLoad(server.Shards), server.Dataset, SystemClock.WallMillis())
        {
            DropsExpired = false,
            Replaces = true,
            VerifiesChecksum = server.Options.RdbChecksum,
        };
        bool isLoaded = load.Run() && isWhole();
        server.WithAllHeld(() => End(load, isLoaded));
        if (!isLoaded) return $"Failed trying to load the MASTER synchronization DB: {load.Error ?? source.Error}";
        Log.Notice($"MASTER <-> REPLICA sync: Finished with success, {load.LoadedKeys} keys");
        return null;
    }

    private bool TryBegin()
    {
        if (pipe.IsClosed) return false;
        Log.Notice("MASTER <-> REPLICA sync: Flushing old data, loading DB in memory");
        server.Gates.SetLoading(true);
        server.Replication.DropReplicas();
        server.Saver.Cancel("because a primary's data takes the place of this");
        server.Aof.Suspend();
        server.Dataset.FlushAll();
        return true;
    }

    private void End(RdbLoad load, bool isLoaded)
    {
        server.Gates.SetLoading(false);
        if (!isLoaded)
        {
            server.Dataset.FlushAll();
            return;
        }
        server.Saver.Functions = [.. load.Libraries];
        server.Saver.NoteLoaded();
        int database = StreamPlace.DatabaseOf(load.Notes);
        server.Replication.NoteSynced(streamId, offset);
        link.NoteLoaded(pipe, offset, database);
        server.Aof.Resume();
    }

    private void TryDelete()
    {
        try
        {
            File.Delete(_path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Log.Warning($"{_path}: {failure.Message}");
        }
    }
}
