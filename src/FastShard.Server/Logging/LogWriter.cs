// The thread that writes the log. Shards put lines into a bounded queue and go on; when the disk is slower than they
// are, lines are dropped and counted, and the count is told in the log as soon as there is room. The file is opened
// anew for every batch, so that rotating it by renaming needs no signal.

using System.Text;
using FastShard.Native.Clocks;

namespace FastShard.Server.Logging;

internal sealed class LogWriter : IDisposable
{
    private const int BatchLinesMax = 256;

    private readonly LogQueue _queue;
    private readonly Func<Stream> _open;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly StringBuilder _batch = new();
    private Thread? _thread;
    private long _dropped;
    private int _sleeping;
    private volatile bool _closing;

    /// <param name="open">Opens what the log is appended to; when it fails, the next batch asks again.</param>
    public LogWriter(Func<Stream> open, int capacity = 8192)
    {
        _open = open;
        _queue = new LogQueue(capacity);
    }

    /// <summary>The letter of the server's role: M for a primary, S for a replica, C before either.</summary>
    public char Role { get; set; } = 'M';

    /// <summary>Lines that were dropped and not yet told of.</summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "log" };
        _thread.Start();
    }

    /// <summary>Any thread; never waits.</summary>
    public void Write(LogLevel level, string message)
    {
        if (!_queue.TryEnqueue(new LogLine(SystemClock.WallMillis(), level, message)))
        {
            Interlocked.Increment(ref _dropped);
            return;
        }
        // Pairs with the barrier in Run: either this sees the thread asleep, or the thread sees the line.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleeping) != 0) _wake.Set();
    }

    /// <summary>
    /// Writes what is queued, at most one batch; the thread's work, or a test's. False when nothing was written:
    /// because nothing waits, or because the log cannot be written, which the next event tries again.
    /// </summary>
    public bool DrainBatch()
    {
        int count = 0;
        while (count < BatchLinesMax && _queue.TryDequeue(out LogLine line))
        {
            line.AppendTo(_batch, Role);
            count++;
        }
        long dropped = Interlocked.Exchange(ref _dropped, 0);
        if (dropped > 0)
        {
            string message = $"{dropped} log lines were dropped: the log could not be written fast enough.";
            new LogLine(SystemClock.WallMillis(), LogLevel.Warning, message).AppendTo(_batch, Role);
        }
        if (_batch.Length == 0) return false;
        bool written = TryAppend(Encoding.UTF8.GetBytes(_batch.ToString()));
        _batch.Clear();
        if (!written) Interlocked.Add(ref _dropped, dropped + count);
        return written;
    }

    /// <summary>Writes what is queued and ends the thread; gives up on a disk that hangs.</summary>
    public void Dispose()
    {
        _closing = true;
        _wake.Set();
        // The event is left to the collector when the thread hangs on its disk: it may still come back to it.
        if (_thread is null || _thread.Join(TimeSpan.FromSeconds(2))) _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            bool closing = _closing;
            while (DrainBatch())
            {
            }
            if (closing) return;
            Volatile.Write(ref _sleeping, 1);
            Interlocked.MemoryBarrier();
            if (!_closing && !DrainBatch()) _wake.WaitOne();
            Volatile.Write(ref _sleeping, 0);
        }
    }

    /// <summary>A log that cannot be written must not stop the server: its lines count as dropped.</summary>
    private bool TryAppend(byte[] bytes)
    {
        try
        {
            using Stream stream = _open();
            stream.Write(bytes);
            stream.Flush();
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
