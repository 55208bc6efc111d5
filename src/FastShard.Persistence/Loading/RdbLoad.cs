// One thread reads the file in windows of a few hundred KB and finds the records in them, without making anything: of
// each it learns where it ends and which shard owns the key. The records of a window go to their shards, which make
// the values, each in its own memory and on its own thread. A window is used again when all shards are done with it,
// so memory stays bounded, and the slowest shard sets the pace.

using System.Buffers.Binary;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Loading;

/// <summary>Loads one file into a dataset.</summary>
public sealed class RdbLoad : IDisposable
{
    private const int WindowBytes = 256 * 1024;
    private const int WindowCount = 8;
    private const int VersionWithChecksum = 5;

    private readonly ILoadSource _source;
    private readonly ILoadTarget _target;
    private readonly Dataset _dataset;
    private readonly RdbParser _parser = new();
    private readonly LoadWindow[] _windows;
    private readonly AutoResetEvent _freed = new(initialState: false);
    private readonly List<byte[]> _libraries = [];
    private readonly List<KeyValuePair<string, string>> _notes = [];
    private ulong _crc;
    private long _read;
    private long _loaded;
    private long _expired;
    private long _empty;
    private string? _error;
    private double _owedMicros;

    public RdbLoad(ILoadSource source, ILoadTarget target, Dataset dataset, long nowMillis)
    {
        _source = source;
        _target = target;
        _dataset = dataset;
        NowMillis = nowMillis;
        _windows = new LoadWindow[WindowCount];
        for (int index = 0; index < WindowCount; index++) _windows[index] = new LoadWindow(this, dataset.ShardCount);
    }

    /// <summary>Keys whose deadline has passed are left out; on a replica the primary removes them.</summary>
    public bool DropsExpired { get; init; } = true;

    /// <summary>
    /// But not where the file is of a place in a replication stream: replicas that go on there have these keys, and are
    /// to hear of their end.
    /// </summary>
    public bool KeepsExpiredOfStream { get; init; }

    /// <summary>A key that is there already is replaced; else that is a fault of the file.</summary>
    public bool Replaces { get; init; }

    /// <summary>The checksum is compared.</summary>
    public bool VerifiesChecksum { get; init; } = true;

    /// <summary>
    /// Microseconds to wait after each key, or minus so many keys to each microsecond: for tests of loading.
    /// </summary>
    public int KeyDelayMicros { get; init; }

    /// <summary>Time of the load, milliseconds since 1970.</summary>
    public long NowMillis { get; }

    /// <summary>The version of the file, once its head was read.</summary>
    public int Version => _parser.Version;

    /// <summary>Bytes read from the source.</summary>
    public long ReadBytes => Volatile.Read(ref _read);

    /// <summary>How many bytes there are; 0 when that is not known.</summary>
    public long TotalBytes => _source.Length;

    /// <summary>Keys made.</summary>
    public long LoadedKeys => Volatile.Read(ref _loaded);

    /// <summary>Keys left out because their deadline had passed.</summary>
    public long ExpiredKeys => Volatile.Read(ref _expired);

    /// <summary>Keys left out because there was nothing in them.</summary>
    public long EmptyKeys => Volatile.Read(ref _empty);

    /// <summary>Where the file ended: what stands behind it is not its own.</summary>
    public long EndOffset { get; private set; }

    /// <summary>What went wrong, with the place in the file; null while nothing has.</summary>
    public string? Error => Volatile.Read(ref _error);

    /// <summary>Libraries of functions in the file.</summary>
    public IReadOnlyList<byte[]> Libraries => _libraries;

    /// <summary>Notes about the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Notes => _notes;

    internal bool LeavesExpiredOut =>
        DropsExpired && !(KeepsExpiredOfStream && _notes.Exists(static note => note.Key == "repl-id"));

    internal bool HasFailed => Volatile.Read(ref _error) is not null;

    internal EncodingLimits Encodings => _dataset.Encodings;

    /// <summary>
    /// Reads to the end, on a thread that may wait. True when all is made; else <see cref="Error"/> says what is wrong,
    /// and a part of the file may have been made.
    /// </summary>
    public bool Run()
    {
        LoadWindow window = Next(null, 0);
        int at = 0;
        bool isAtEnd = false;
        while (!isAtEnd && !HasFailed)
        {
            PartKind kind = _parser.Read(window.Bytes.All[at..], out int length, out LoadRecord record);
            switch (kind)
            {
                case PartKind.Partial:
                    if (!TryExtend(ref window, ref at)) Truncated(window, at);
                    continue;
                case PartKind.Broken:
                    Fail(window.Offset + at, _parser.Error!);
                    continue;
                case PartKind.Key:
                    Add(window, at, record);
                    break;
                case PartKind.Note:
                    _notes.Add(_parser.Note);
                    break;
                case PartKind.Library:
                    _libraries.Add(_parser.Library);
                    break;
                case PartKind.End:
                    isAtEnd = true;
                    break;
            }
            at += length;
        }
        if (isAtEnd) CheckEnd(ref window, at);
        Send(window);
        AwaitAll();
        return !HasFailed;
    }

    /// <summary>Ends it early, from any thread.</summary>
    public void Cancel() => Fail(ReadBytes, "stopped");

    /// <inheritdoc/>
    public void Dispose()
    {
        _parser.Dispose();
        foreach (LoadWindow window in _windows) window.Dispose();
        _freed.Dispose();
        _source.Dispose();
    }

    internal void NoteFree() => _freed.Set();

    internal void Note(long made, long expired, long empty)
    {
        Interlocked.Add(ref _loaded, made);
        if (expired != 0) Interlocked.Add(ref _expired, expired);
        if (empty != 0) Interlocked.Add(ref _empty, empty);
    }

    /// <summary>The first fault is the one that is told.</summary>
    internal void Fail(long offset, string what) =>
        Interlocked.CompareExchange(ref _error, $"{what}, at byte {offset}", null);

    private void Truncated(LoadWindow window, int at)
    {
        if (_source.Error is { } failure) Fail(_read, failure);
        else Fail(_read, $"the end of the file in the midst of what begins at byte {window.Offset + at}");
    }

    private void Add(LoadWindow window, int at, LoadRecord record)
    {
        if (record.Database >= _dataset.DatabaseCount)
        {
            Fail(window.Offset + at, $"database {record.Database}, of which there are {_dataset.DatabaseCount} here");
            return;
        }
        record.Start += at;
        record.End += at;
        window.Batches[_dataset.ShardOf(record.Slot)].Add(record);
        if (KeyDelayMicros != 0) Delay();
    }

    private void Delay()
    {
        _owedMicros += KeyDelayMicros > 0 ? KeyDelayMicros : -1.0 / KeyDelayMicros;
        if (_owedMicros < 1000) return;
        // tidy: cold because it is asked to stand still.
        _freed.WaitOne((int)(_owedMicros / 1000));
        _owedMicros = 0;
    }

    // The checksum stands behind the end and is of everything before it.
    private void CheckEnd(ref LoadWindow window, int at)
    {
        int end = at;
        EndOffset = window.Offset + end;
        if (Version < VersionWithChecksum) return;
        while (window.Bytes.End - end < Crc64.Bytes)
        {
            int kept = end;
            if (TryExtend(ref window, ref end)) continue;
            Truncated(window, kept);
            return;
        }
        EndOffset = window.Offset + end + Crc64.Bytes;
        ReadOnlySpan<byte> bytes = window.Bytes.All;
        ulong told = BinaryPrimitives.ReadUInt64LittleEndian(bytes[end..]);
        if (told == 0 || !VerifiesChecksum) return;
        _crc = Crc64.Append(_crc, bytes[..end]);
        if (told != _crc) Fail(window.Offset + end, "RDB CRC error: a checksum that is not that of the file");
    }

    /// <summary>Goes on with what was not read of a window in the next one, with more bytes behind it.</summary>
    private bool TryExtend(ref LoadWindow window, ref int at)
    {
        LoadWindow full = window;
        int rest = full.Bytes.End - at;
        if (at == 0 && _parser.Missing > Array.MaxLength - rest)
        {
            Fail(full.Offset, "a value of more than 2 GB");
            return true;
        }
        if (VerifiesChecksum) _crc = Crc64.Append(_crc, full.Bytes.All[..at]);
        window = Next(full, at);
        at = 0;
        long wanted = Math.Max(_parser.Missing, WindowBytes - rest);
        // What grows is read again from its beginning, so it grows by as much as there is.
        wanted = Math.Min(Math.Max(wanted, rest / 2), Array.MaxLength - rest);
        bool isRead = Fill(window.Bytes, (int)wanted);
        Send(full);
        return isRead;
    }

    private LoadWindow Next(LoadWindow? full, int at)
    {
        LoadWindow window = TakeFree();
        window.Bytes.Clear();
        window.Bytes.Shrink(WindowBytes * 2);
        window.Offset = full is null ? 0 : full.Offset + at;
        if (full is null) return window;
        ReadOnlySpan<byte> rest = full.Bytes.All[at..];
        window.Bytes.EnsureFree(rest.Length);
        rest.CopyTo(window.Bytes.Free);
        window.Bytes.Commit(rest.Length);
        return window;
    }

    private LoadWindow TakeFree()
    {
        while (true)
        {
            foreach (LoadWindow window in _windows)
            {
                if (window.IsUsed) continue;
                window.Use(1);
                return window;
            }
            // tidy: cold because the thread that reads a file has nothing else to do.
            _freed.WaitOne();
        }
    }

    private bool Fill(NativeBuffer bytes, int wanted)
    {
        // What a broken length promises is no reason to ask for memory.
        if (_source.Length > 0) wanted = (int)Math.Clamp(_source.Length - _read, 1, wanted);
        bytes.EnsureFree(wanted);
        int read = _source.Read(bytes.Free[..wanted]);
        if (read <= 0) return false;
        bytes.Commit(read);
        Volatile.Write(ref _read, _read + read);
        return true;
    }

    private void Send(LoadWindow window)
    {
        int users = 1;
        foreach (LoadBatch batch in window.Batches) users += batch.Count > 0 ? 1 : 0;
        window.Use(users);
        foreach (LoadBatch batch in window.Batches)
        {
            if (batch.Count > 0) _target.Deliver(batch);
        }
        window.Release();
    }

    private void AwaitAll()
    {
        foreach (LoadWindow window in _windows)
        {
            while (window.IsUsed) _freed.WaitOne(millisecondsTimeout: 10);
        }
    }
}
