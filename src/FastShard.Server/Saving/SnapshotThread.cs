using FastShard.Native.Host;

namespace FastShard.Server.Saving;

/// <summary>
/// The thread that writes snapshots, one after the other. It is made once: who begins a snapshot holds every shard, and
/// while all cores are busy a new thread takes milliseconds to begin, and to be gone.
/// </summary>
internal sealed class SnapshotThread : IDisposable
{
    private const int Niceness = 10;

    private readonly AutoResetEvent _call = new(initialState: false);
    private readonly AutoResetEvent _ended = new(initialState: false);
    private Thread? _thread;
    private SnapshotRun? _run;
    private SnapshotRun? _written;
    private volatile bool _closing;

    /// <summary>Has a snapshot written; the one before was.</summary>
    public void Begin(SnapshotRun run)
    {
        Volatile.Write(ref _run, run);
        if (_thread is null)
        {
            _thread = new Thread(Work) { IsBackground = true, Name = "snapshot" };
            _thread.Start();
        }
        _call.Set();
    }

    /// <summary>Waits until a snapshot is written or given up.</summary>
    public void Await(SnapshotRun run)
    {
        // tidy: cold because it is the end of the server, or of a command that stops everything.
        while (!ReferenceEquals(Volatile.Read(ref _written), run)) _ended.WaitOne();
    }

    public void Dispose()
    {
        _closing = true;
        _call.Set();
        _thread?.Join();
        _call.Dispose();
        _ended.Dispose();
    }

    private void Work()
    {
        // With fewer cores than threads, clients come first; the walks wait for the writer, not the clients.
        ThreadNiceness.Set(Niceness);
        while (true)
        {
            // tidy: cold because the writer has a thread of its own.
            _call.WaitOne();
            if (_closing) return;
            SnapshotRun run = Volatile.Read(ref _run)!;
            run.Write();
            Volatile.Write(ref _written, run);
            _ended.Set();
        }
    }
}
