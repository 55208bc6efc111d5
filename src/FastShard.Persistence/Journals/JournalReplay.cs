// A journal is replayed with the handlers that clients' commands run through: by one thread that owns every shard, or
// by the shards themselves while they run (ReplaySorter). No deadline passes meanwhile (Keyspace.IsReplaying): what was
// removed for its age is removed by the journal itself, and until then later commands count on it.
//
// What stands between MULTI and EXEC is put aside until the EXEC has been read, so that half a transaction at the end
// of a torn file changes nothing.

using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>Applies a journal's requests to a data set.</summary>
public sealed class JournalReplay : IDisposable
{
    private readonly CommandTable _table;
    private readonly Dataset _dataset;
    private readonly JournalRunner _runner;
    private readonly ReplaySorter? _sorter;
    private readonly NativeBuffer _queueBytes = new(0);
    private readonly ArgList _queueArguments = new();
    private readonly List<int> _queue = [];
    private readonly long _nowMillis;

    /// <summary>
    /// Begins: the data set must be touched by nobody else until <see cref="Dispose"/>, unless there is a crew, whose
    /// shards run meanwhile and give nothing of it to anybody.
    /// </summary>
    public JournalReplay(CommandTable table, Dataset dataset, long nowMillis, IReplayCrew? crew = null)
    {
        _table = table;
        _dataset = dataset;
        _nowMillis = nowMillis;
        _runner = new JournalRunner(dataset, nowMillis);
        if (crew is not null) _sorter = new ReplaySorter(dataset, crew, _runner, nowMillis);
        Mark(isReplaying: true);
    }

    /// <summary>A MULTI was read, and its EXEC was not.</summary>
    public bool IsInTransaction { get; private set; }

    /// <summary>Commands that were applied, when all is settled.</summary>
    public long Commands => _runner.Commands + (_sorter?.Commands ?? 0);

    /// <summary>Applies one request. Null, or what is wrong with it in one line.</summary>
    public string? Apply(ArgumentView arguments)
    {
        ReadOnlySpan<byte> name = arguments[0];
        if (Is(name, "MULTI"u8))
        {
            IsInTransaction = true;
            return null;
        }
        if (Is(name, "EXEC"u8)) return EndTransaction();
        if (!IsInTransaction) return Run(arguments);
        Queue(arguments);
        return null;
    }

    /// <summary>Waits until all that was applied has run.</summary>
    public void Settle() => _sorter?.Settle();

    /// <summary>Whoever waits for a shard may have it for a moment.</summary>
    public void Pause() => _sorter?.LetGo();

    /// <summary>Ends the replay; half a transaction is dropped.</summary>
    public void Dispose()
    {
        DropTransaction();
        Mark(isReplaying: false);
        _sorter?.Dispose();
        _runner.Dispose();
        _queueBytes.Dispose();
    }

    /// <summary>Forgets the transaction that was begun.</summary>
    public void DropTransaction()
    {
        IsInTransaction = false;
        _queue.Clear();
        _queueArguments.Clear();
        _queueBytes.Clear();
    }

    private void Mark(bool isReplaying)
    {
        _sorter?.Hold();
        foreach (Keyspace keyspace in _dataset.Keyspaces)
        {
            keyspace.IsReplaying = isReplaying;
            keyspace.NowMillis = _nowMillis;
        }
        _sorter?.LetGo();
    }

    private void Queue(ArgumentView arguments)
    {
        for (int index = 0; index < arguments.Count; index++)
        {
            ReadOnlySpan<byte> bytes = arguments[index];
            _queueBytes.EnsureFree(bytes.Length);
            bytes.CopyTo(_queueBytes.Free);
            _queueArguments.Add(_queueBytes.End, bytes.Length);
            _queueBytes.Commit(bytes.Length);
        }
        _queue.Add(arguments.Count);
    }

    private string? EndTransaction()
    {
        if (!IsInTransaction) return "EXEC without MULTI";
        int first = 0;
        string? error = null;
        foreach (int count in _queue)
        {
            error = Run(new ArgumentView(_queueBytes.All, _queueArguments, first, count));
            if (error is not null) break;
            first += count;
        }
        DropTransaction();
        return error;
    }

    private string? Run(ArgumentView arguments)
    {
        CommandSpec? spec = _table.Find(arguments[0]);
        if (spec is { Handler: null } && arguments.Count > 1)
            spec = CommandTable.FindSubcommand(spec, arguments[1]);
        if (spec?.Handler is null)
            return $"Unknown command '{System.Text.Encoding.Latin1.GetString(arguments[0])}'";
        if (!spec.AcceptsArity(arguments.Count)) return $"Wrong number of arguments for '{spec.FullName}'";
        if (_sorter is null || spec.Placement == Placement.Connection) _runner.Run(spec, arguments);
        else _sorter.Run(spec, arguments);
        return null;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) =>
        System.Text.Ascii.EqualsIgnoreCase(name, word);
}
