// Writes the stream to the last increment, and forces it to disk as appendfsync says.
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

    private readonly Action<bool> _onRefusal;
    private AppendFile? _file;
    private int _ahead; // bytes of the log's buffer that are in the file and not known to be on the disk
    private long _safeLength;
    private long _syncedNanos;
    private bool _isUnsynced;
    private int _syncError;
    private volatile string? _error;
    private volatile int _policy = (int)AppendFsync.EverySecond;
    private long _bytesWritten;
    private long _syncs;

    /// <param name="onRefusal">Told when writes are to be refused, and when no longer.</param>
    public AofWriter(Action<bool> onRefusal) => _onRefusal = onRefusal;

    /// <summary>When to force what was written to the disk. Set by any thread.</summary>
    public AppendFsync Policy
    {
        get => (AppendFsync)_policy;
        set => _policy = (int)value;
    }

    public string? Error => _error;

    public bool Keeps => _file is not null;

    public bool HasUnsynced => _isUnsynced && Policy != AppendFsync.No;

    /// <summary>Bytes written since the start. Any thread.</summary>
    public long BytesWritten => Volatile.Read(ref _bytesWritten);

    /// <summary>Calls that forced them to disk. Any thread.</summary>
    public long Syncs => Volatile.Read(ref _syncs);

    /// <summary>
    /// Goes on in another file (null: in none); what was written to the one before is forced to disk.
    /// </summary>
    public void Switch(AppendFile? file)
    {
        if (_file is not null && _isUnsynced) _ = _file.SyncData();
        _file?.Dispose();
        _file = file;
        _ahead = 0;
        _isUnsynced = false;
        _safeLength = file?.Length ?? 0;
        _syncedNanos = SystemClock.MonotonicNanos();
        if (file is null) Tell(0);
    }

    public bool Write(NativeBuffer bytes)
    {
        if (_file is null)
        {
            bytes.Clear();
            return true;
        }
        int error = WriteAhead(bytes, _file);
        if (Policy == AppendFsync.Always)
        {
            if (error == 0 && _ahead > 0) error = SyncAhead(bytes, _file);
            Tell(error);
            return bytes.Length == 0 && !_isUnsynced;
        }
        bytes.Consume(_ahead);
        _ahead = 0;
        if (IsSyncDue()) Sync(_file);
        Tell(error != 0 ? error : _syncError);
        return !_isUnsynced && bytes.Length == 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Switch(null);

    private int WriteAhead(NativeBuffer bytes, AppendFile file)
    {
        if (_ahead == bytes.Length) return 0;
        int error = file.Write(bytes.Bytes[_ahead..], out int written);
        _ahead += written;
        _isUnsynced |= written > 0;
        Volatile.Write(ref _bytesWritten, _bytesWritten + written);
        return error;
    }

    private int SyncAhead(NativeBuffer bytes, AppendFile file)
    {
        int error = Sync(file);
        if (error == 0)
        {
            bytes.Consume(_ahead);
            _safeLength = file.Length;
        }
        else
        {
            _ = file.Truncate(_safeLength);
        }
        _ahead = 0;
        return error;
    }

    private bool IsSyncDue() => _isUnsynced && Policy == AppendFsync.EverySecond
        && SystemClock.MonotonicNanos() - _syncedNanos >= SecondNanos;

    private int Sync(AppendFile file)
    {
        _syncError = file.SyncData();
        _syncedNanos = SystemClock.MonotonicNanos();
        Volatile.Write(ref _syncs, _syncs + 1);
        if (_syncError == 0) _isUnsynced = false;
        return _syncError;
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
