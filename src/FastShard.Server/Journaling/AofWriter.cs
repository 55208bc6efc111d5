// Writes the stream to the last increment, and forces it to disk as appendfsync says: with `always` before anything is
// said to be safe, with `everysec` beside the writing (DiskSync), where the disk is told to begin early, so that little
// is left to wait for when the second is over.
//
// A full or failing disk loses nothing that was acknowledged: what could not be written stays in the log's buffer and
// is tried again, and meanwhile writes are refused. After a failed fdatasync nobody knows what of the file's pages is
// on the disk, and a second call may succeed without having written them (the kernel forgets). So with `always` the
// file is cut back to what was known to be safe, and the rest is written anew.

using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Native.Files;
using FastShard.Native.Interop;
using FastShard.Server.Configuration;
using FastShard.Server.Logging;

namespace FastShard.Server.Journaling;

/// <summary>The end of the append-only file. Used by the log's thread alone, but for what says otherwise.</summary>
internal sealed class AofWriter : IJournalSink, IDisposable
{
    private const long SecondNanos = 1_000_000_000;
    private const long WritebackBytes = 2 * 1024 * 1024;

    private readonly Action<bool> _onRefusal;
    private readonly Func<bool> _skipsSync;
    private readonly DiskSync _sync = new();
    private DataFile? _file;
    private int _ahead; // bytes of the log's buffer that are in the file and not known to be on the disk
    private long _syncedEnd; // up to here the file is on the disk
    private long _syncingEnd;
    private long _startedEnd; // up to here the disk was told to begin
    private long _writtenTicket;
    private long _syncingTicket;
    private long _syncedNanos;
    private int _syncError;
    private volatile string? _error;
    private volatile int _policy = (int)AppendFsync.EverySecond;
    private volatile int _delayMicros;
    private long _bytesWritten;
    private long _syncs;

    /// <param name="onRefusal">Told when writes are to be refused, and when no longer.</param>
    /// <param name="skipsSync">Whether nothing is to be forced to disk just now.</param>
    public AofWriter(Action<bool> onRefusal, Func<bool> skipsSync)
    {
        _onRefusal = onRefusal;
        _skipsSync = skipsSync;
    }

    /// <summary>When to force what was written to the disk. Set by any thread.</summary>
    public AppendFsync Policy
    {
        get => (AppendFsync)_policy;
        set => _policy = (int)value;
    }

    public string? Error => _error;

    public bool Keeps => _file is not null;

    public long SyncedTicket { get; private set; }

    public bool HasUnsynced => (IsUnsynced || _sync.IsPending) && Policy != AppendFsync.No;

    /// <summary>Stands still so long before each write: for tests. Set by any thread.</summary>
    public int DelayMicros
    {
        get => _delayMicros;
        set => _delayMicros = value;
    }

    /// <summary>Bytes written since the start. Any thread.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Calls that forced them to disk. Any thread.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    private bool IsUnsynced => _file is { } file && file.End != _syncedEnd;

    /// <summary>
    /// Goes on in another file (null: in none); what was written to the one before is forced to disk.
    /// </summary>
    public void Switch(DataFile? file)
    {
        _sync.Await();
        _ = _sync.TryCollect(out _);
        if (IsUnsynced) _ = _file!.SyncBytes();
        _file?.Dispose();
        _file = file;
        _ahead = 0;
        _syncedEnd = _startedEnd = file?.End ?? 0;
        _syncedNanos = SystemClock.MonotonicNanos();
        if (file is null) Tell(0);
    }

    public void Write(NativeBuffer bytes, long ticket)
    {
        if (_file is null) bytes.Clear();
        else if (Policy == AppendFsync.Always) WriteSafely(bytes, ticket, _file);
        else WriteSoon(bytes, ticket, _file);
        if (bytes.Length == 0 && !IsUnsynced) SyncedTicket = ticket;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Switch(null);
        _sync.Dispose();
    }

    private void WriteSafely(NativeBuffer bytes, long ticket, DataFile file)
    {
        _ = _sync.TryCollect(out _); // of the time before `always`
        int error = WriteAhead(bytes, file);
        if (error == 0 && (_ahead > 0 || IsUnsynced))
        {
            if (!_skipsSync())
            {
                error = SyncAhead(bytes, file);
            }
            else
            {
                bytes.Consume(_ahead);
                _ahead = 0;
                SyncedTicket = ticket;
            }
        }
        Tell(error);
    }

    private void WriteSoon(NativeBuffer bytes, long ticket, DataFile file)
    {
        int error = WriteAhead(bytes, file);
        bytes.Consume(_ahead);
        _ahead = 0;
        if (bytes.Length == 0) _writtenTicket = ticket;
        if (_sync.TryCollect(out int syncError)) NoteSync(syncError);
        if (Policy == AppendFsync.EverySecond && !_sync.IsPending && IsUnsynced)
        {
            if (SystemClock.MonotonicNanos() - _syncedNanos >= SecondNanos && !_skipsSync()) BeginSync(file);
            else if (file.End - _startedEnd >= WritebackBytes) StartWriteback(file);
        }
        Tell(error != 0 ? error : _syncError);
    }

    private int WriteAhead(NativeBuffer bytes, DataFile file)
    {
        if (_ahead == bytes.Length) return 0;
#pragma warning disable RS0030 // To stand still is what was asked for.
        if (_delayMicros > 0) Thread.Sleep(TimeSpan.FromMicroseconds(_delayMicros));
#pragma warning restore RS0030
        int error = file.Write(bytes.Bytes[_ahead..], out int written);
        _ahead += written;
        Volatile.Write(ref _bytesWritten, _bytesWritten + written);
        return error;
    }

    // What cannot be forced to disk is cut off, and comes again.
    private int SyncAhead(NativeBuffer bytes, DataFile file)
    {
        int error = file.SyncBytes();
        _syncError = error;
        Volatile.Write(ref _syncs, _syncs + 1);
        if (error == 0)
        {
            bytes.Consume(_ahead);
            _syncedEnd = _startedEnd = file.End;
        }
        else
        {
            _ = file.Truncate(file.End - _ahead);
        }
        _ahead = 0;
        return error;
    }

    private void BeginSync(DataFile file)
    {
        _syncingEnd = file.End;
        _syncingTicket = _writtenTicket;
        _syncedNanos = SystemClock.MonotonicNanos();
        Volatile.Write(ref _syncs, _syncs + 1);
        _sync.Begin(file);
    }

    private void NoteSync(int error)
    {
        _syncError = error;
        if (error != 0) return;
        _syncedEnd = _syncingEnd;
        _startedEnd = Math.Max(_startedEnd, _syncingEnd);
        SyncedTicket = Math.Max(SyncedTicket, _syncingTicket);
    }

    private void StartWriteback(DataFile file)
    {
        file.StartWriteback(_startedEnd, file.End - _startedEnd);
        _startedEnd = file.End;
    }

    private void Tell(int error)
    {
        string? text = error == 0 ? null : Errno.Text(error);
        if (text == _error) return;
        if (text is not null && _error is null) Log.Warning($"Error writing to the AOF file: {text}");
        if (text is null) Log.Warning("AOF write error looks solved, The server can write again.");
        _error = text;
        _onRefusal(text is not null);
    }
}
