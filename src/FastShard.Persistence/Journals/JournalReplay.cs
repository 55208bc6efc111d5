// A journal is replayed with the handlers that clients' commands run through, by one thread that owns every shard. No
// deadline passes meanwhile (Keyspace.IsReplaying): what was removed for its age is removed by the journal itself, and
// until then later commands count on it.
//
// What stands between MULTI and EXEC is put aside until the EXEC has been read, so that half a transaction at the end
// of a torn file changes nothing.

using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>Applies a journal's requests to a data set.</summary>
public sealed class JournalReplay : IDisposable
{
    private readonly CommandTable _table;
    private readonly Dataset _dataset;
    private readonly Session _session = new();
    private readonly ReplyBuffer _replies = new();
    private readonly NativeBuffer _queueBytes = new(0);
    private readonly ArgList _queueArguments = new();
    private readonly List<int> _queue = [];
    private readonly long _nowMillis;

    /// <summary>Begins: the data set must be touched by nobody else until <see cref="Dispose"/>.</summary>
    public JournalReplay(CommandTable table, Dataset dataset, long nowMillis)
    {
        _table = table;
        _dataset = dataset;
        _nowMillis = nowMillis;
        Mark(isReplaying: true);
    }

    /// <summary>A MULTI was read, and its EXEC was not.</summary>
    public bool IsInTransaction { get; private set; }

    /// <summary>Commands that were applied.</summary>
    public long Commands { get; private set; }

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

    /// <summary>Ends the replay; half a transaction is dropped.</summary>
    public void Dispose()
    {
        DropTransaction();
        _replies.Dispose();
        _queueBytes.Dispose();
        Mark(isReplaying: false);
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
        foreach (Keyspace keyspace in _dataset.Keyspaces)
        {
            keyspace.IsReplaying = isReplaying;
            keyspace.NowMillis = _nowMillis;
        }
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
        int keyIndex = spec.SingleKeyIndex;
        int slot = keyIndex == 0 ? 0 : KeySlot.Of(arguments[keyIndex]);
        ulong hash = keyIndex == 0 ? 0 : KeyHash.Of(arguments[keyIndex]);
        CommandContext context = new(
            spec, arguments, _session, _dataset, new ReplyWriter(_replies, _session.Version), _nowMillis, keyIndex,
            slot, hash);
        spec.Handler(ref context);
        Commands++;
        // As when a replica applies them, errors of commands are no errors of the journal.
        _replies.Clear();
        return null;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) =>
        System.Text.Ascii.EqualsIgnoreCase(name, word);
}
