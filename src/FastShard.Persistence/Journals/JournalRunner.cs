using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sessions;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Persistence.Journals;

/// <summary>
/// Runs a journal's commands, one after the other, with the handlers that clients' commands run through.
/// </summary>
internal sealed class JournalRunner(Dataset dataset, long nowMillis) : IDisposable
{
    private readonly Session _session = new();
    private readonly ReplyBuffer _replies = new();

    /// <summary>The database that the next command is for.</summary>
    public int Database
    {
        get => _session.Db;
        set => _session.Db = value;
    }

    /// <summary>Commands that were run.</summary>
    public long Commands { get; private set; }

    /// <summary>Runs one; the shards of its keys are held. As on replicas, its error is none of the journal.</summary>
    public void Run(CommandSpec spec, ArgumentView arguments)
    {
        int keyIndex = spec.SingleKeyIndex;
        int slot = keyIndex == 0 ? 0 : KeySlot.Of(arguments[keyIndex]);
        ulong hash = keyIndex == 0 ? 0 : KeyHash.Of(arguments[keyIndex]);
        CommandContext context = new(
            spec, arguments, _session, dataset, new ReplyWriter(_replies, _session.Version), nowMillis, keyIndex,
            slot, hash);
        spec.Handler!(ref context);
        Commands++;
        _replies.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _replies.Dispose();
}
