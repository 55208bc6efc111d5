using FastShard.Native.Files;

namespace FastShard.Server.Journaling;

/// <summary>
/// Forces a file to disk on a thread of its own, one call at a time: meanwhile the log takes what shards post, and goes
/// on to write. Used by the log's thread alone.
/// </summary>
internal sealed class DiskSync : IDisposable
{
    private readonly AutoResetEvent _call = new(initialState: false);
    private readonly AutoResetEvent _done = new(initialState: false);
    private Thread? _thread;
    private DataFile? _file; // null = there is nothing to do, or it was done
    private int _error;
    private volatile bool _closing;

    /// <summary>A call was begun, and its outcome was not collected.</summary>
    public bool IsPending { get; private set; }

    /// <summary>Begins; nothing is pending.</summary>
    public void Begin(DataFile file)
    {
        IsPending = true;
        Volatile.Write(ref _file, file);
        if (_thread is null)
        {
            _thread = new Thread(Work) { IsBackground = true, Name = "journal-sync" };
            _thread.Start();
        }
        _call.Set();
    }

    /// <summary>True, once, when the call that was begun is over: with 0 or the system's error number.</summary>
    public bool TryCollect(out int error)
    {
        error = 0;
        if (!IsPending || Volatile.Read(ref _file) is not null) return false;
        error = _error;
        IsPending = false;
        return true;
    }

    /// <summary>Waits until nothing is under way; the outcome may be collected afterwards.</summary>
    public void Await()
    {
        // tidy: cold because the log's thread may wait for the disk.
        while (Volatile.Read(ref _file) is not null) _done.WaitOne();
    }

    public void Dispose()
    {
        _closing = true;
        _call.Set();
        _thread?.Join();
        _call.Dispose();
        _done.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            // tidy: cold because the thread is there to wait.
            _call.WaitOne();
            if (Volatile.Read(ref _file) is { } file)
            {
                _error = file.SyncBytes();
                Volatile.Write(ref _file, null);
                _done.Set();
            }
            if (_closing) return;
        }
    }
}
