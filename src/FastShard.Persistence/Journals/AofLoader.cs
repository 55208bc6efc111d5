using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>
/// Loads the files of an append-only folder into a data set that nobody else touches meanwhile, or whose shards run and
/// load it together.
/// </summary>
public sealed class AofLoader : IDisposable
{
    private const int FillBytes = 1024 * 1024;

    private readonly JournalReplay _replay;
    private readonly SnapshotLoad? _loadSnapshot;
    private readonly NativeBuffer _bytes = new(FillBytes);
    private readonly ArgList _arguments = new();
    private readonly AutoResetEvent _cancelled = new(initialState: false);
    private volatile bool _isCancelled;
    private long _readBytes;
    private double _owedMicros;

    /// <summary>
    /// Begins. Without <paramref name="loadSnapshot"/> files that begin with a snapshot cannot be loaded.
    /// </summary>
    public AofLoader(
        CommandTable table, Dataset dataset, long nowMillis, SnapshotLoad? loadSnapshot, IReplayCrew? crew = null)
    {
        _replay = new JournalReplay(table, dataset, nowMillis, crew);
        _loadSnapshot = loadSnapshot;
    }

    /// <summary>Commands that were applied so far.</summary>
    public long Commands => _replay.Commands;

    /// <summary>Bytes of commands that were read. Any thread.</summary>
    public long ReadBytes => Volatile.Read(ref _readBytes);

    /// <summary>Ends it early, from any thread.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        _cancelled.Set();
    }

    /// <summary>
    /// Microseconds to wait after each command, or minus so many commands to each microsecond: for tests of loading.
    /// </summary>
    public int KeyDelayMicros { get; init; }

    /// <summary>Loads one file behind those that were loaded before.</summary>
    public AofLoadResult Load(string path)
    {
        // In the words that supervisors of Redis look for.
        if (!File.Exists(path))
            return new AofLoadResult(AofLoadStatus.Failed, 0, 0, $"{path} cannot be read: No such file or directory");
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return Load(path, file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new AofLoadResult(AofLoadStatus.Failed, 0, 0, $"{path}: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _replay.Dispose();
        _bytes.Dispose();
        _cancelled.Dispose();
    }

    private AofLoadResult Load(string path, FileStream file)
    {
        if (!TrySkipSnapshot(path, file, out long valid, out string? snapshotError))
            return new AofLoadResult(AofLoadStatus.Failed, file.Length, 0, snapshotError);
        _bytes.Clear();
        long begin = valid; // where the buffer's first byte stands in the file
        bool isAtEnd = false;
        while (!isAtEnd)
        {
            isAtEnd = !Fill(file);
            string? error = _isCancelled ? "stopped" : ApplyAll(ref begin, ref valid);
            _replay.Pause();
            if (error is null) continue;
            return new AofLoadResult(AofLoadStatus.Failed, file.Length, valid, $"{path}: {error}");
        }
        bool isWhole = _bytes.Length == 0 && !_replay.IsInTransaction;
        string? torn = isWhole ? null : Describe(path, valid);
        _replay.DropTransaction();
        _replay.Settle();
        return new AofLoadResult(isWhole ? AofLoadStatus.Complete : AofLoadStatus.Torn, file.Length, valid, torn);
    }

    // In the words that supervisors of Redis look for.
    private static string Where(long offset) => $"reading the append only file, at offset {offset}";

    private string Describe(string path, long valid) => _replay.IsInTransaction
        ? $"{path}: Unexpected end of file reading the append only file, in a MULTI/EXEC transaction at offset {valid}"
        : $"{path}: Unexpected end of file reading the append only file, behind offset {valid}";

    /// <summary>Applies the whole requests in the buffer, and drops them from it.</summary>
    private string? ApplyAll(ref long begin, ref long valid)
    {
        int at = 0;
        ReadOnlySpan<byte> bytes = _bytes.Bytes;
        while (true)
        {
            _arguments.Clear();
            int place = at;
            ScanStatus status = JournalScanner.Scan(bytes, ref at, _arguments);
            if (status == ScanStatus.Incomplete) break;
            if (status == ScanStatus.Malformed) return $"Bad file format {Where(begin + place)}";
            if (status == ScanStatus.Request)
            {
                string? error = _replay.Apply(new ArgumentView(bytes, _arguments, 0, _arguments.Count));
                if (error is not null) return $"{error} {Where(begin + place)}";
                if (KeyDelayMicros != 0) Delay();
                if (_isCancelled) return "stopped";
            }
            if (!_replay.IsInTransaction) valid = begin + at;
        }
        begin += at;
        if (at > 0) _bytes.Consume(at);
        return null;
    }

    private void Delay()
    {
        _owedMicros += KeyDelayMicros > 0 ? KeyDelayMicros : -1.0 / KeyDelayMicros;
        if (_owedMicros < 1000) return;
        // tidy: cold because it is asked to stand still.
        _cancelled.WaitOne((int)(_owedMicros / 1000));
        _owedMicros = 0;
    }

    private bool Fill(FileStream file)
    {
        _bytes.Compact();
        // A request that fills the buffer is a long one: then there is more to read at once.
        _bytes.EnsureFree(Math.Max(FillBytes, _bytes.Length));
        int count = file.Read(_bytes.Free);
        _bytes.Commit(count);
        Volatile.Write(ref _readBytes, _readBytes + count);
        return count > 0;
    }

    private bool TrySkipSnapshot(string path, FileStream file, out long end, out string? error)
    {
        end = 0;
        error = null;
        Span<byte> magic = stackalloc byte[5];
        int count = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (count == magic.Length && magic.SequenceEqual("REDIS"u8))
        {
            if (_loadSnapshot is null) error = $"{path}: it begins with a snapshot, which cannot be loaded here";
            else error = _loadSnapshot(path, out end);
        }
        file.Position = end;
        return error is null;
    }
}
