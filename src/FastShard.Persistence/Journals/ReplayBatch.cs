using FastShard.Engine.Commands;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>Some commands of a journal for one shard, on their way from who reads them to who runs them.</summary>
public sealed class ReplayBatch : IDisposable
{
    private const int BytesMax = 64 * 1024;
    private const int CommandsMax = 256;
    private const int KeptBytes = 4 * BytesMax; // what one large value made of it is given back

    private readonly NativeBuffer _bytes = new(0);
    private readonly ArgList _arguments = new();
    private readonly CommandSpec[] _specs = new CommandSpec[CommandsMax];
    private readonly int[] _counts = new int[CommandsMax];
    private readonly int[] _databases = new int[CommandsMax];
    private readonly JournalRunner _runner;
    private readonly AutoResetEvent _freed;
    private volatile bool _isUnderWay;

    internal ReplayBatch(int shard, JournalRunner runner, AutoResetEvent freed)
    {
        Shard = shard;
        _runner = runner;
        _freed = freed;
    }

    /// <summary>The shard of all its keys.</summary>
    public int Shard { get; }

    internal int Count { get; private set; }

    internal bool IsFull => Count == CommandsMax || _bytes.Length >= BytesMax;

    /// <summary>It was delivered, and has not run yet.</summary>
    internal bool IsUnderWay => _isUnderWay;

    /// <summary>Runs the commands; by a holder of the shard.</summary>
    public void Run()
    {
        int first = 0;
        for (int index = 0; index < Count; index++)
        {
            _runner.Database = _databases[index];
            _runner.Run(_specs[index], new ArgumentView(_bytes.All, _arguments, first, _counts[index]));
            first += _counts[index];
        }
        Count = 0;
        _arguments.Clear();
        _bytes.Clear();
        if (_bytes.Capacity > KeptBytes) _bytes.Shrink(BytesMax);
        _isUnderWay = false;
        _freed.Set();
    }

    internal void Add(CommandSpec spec, ArgumentView arguments, int database)
    {
        _specs[Count] = spec;
        _counts[Count] = arguments.Count;
        _databases[Count++] = database;
        for (int index = 0; index < arguments.Count; index++)
        {
            ReadOnlySpan<byte> bytes = arguments[index];
            _bytes.EnsureFree(bytes.Length);
            bytes.CopyTo(_bytes.Free);
            _arguments.Add(_bytes.End, bytes.Length);
            _bytes.Commit(bytes.Length);
        }
    }

    internal void Send() => _isUnderWay = true;

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();
}
