using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Spreading;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Sharding;
using FastShard.Server.Spreading;

namespace FastShard.Server.Transactions;

/// <summary>
/// A connection's MULTI and WATCH: the queued commands with their own copies of the arguments (the receive buffer goes
/// on to other requests), the watched keys, and the set of shards that EXEC has to hold.
/// </summary>
internal sealed class Transaction
{
    // About what one watched key takes besides its bytes, here and in its shard's table.
    private const int WatchBytes = 200;

    private readonly List<CommandRecord> _commands = [];
    private readonly List<WatchedKey> _watched = [];
    private NativeBuffer? _buffer;
    private ArgList? _args;
    private long _watchedBytes;

    /// <summary>MULTI was sent.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>A command was refused while queuing: EXEC will abort.</summary>
    public bool IsDoomed { get; set; }

    /// <summary>The error with which EXEC ends it, since it was refused itself; null when it was not.</summary>
    public string? Refusal { get; set; }

    /// <summary>A queued command may write.</summary>
    public bool HasWrites { get; private set; }

    /// <summary>A queued command reads keys.</summary>
    public bool HasReads { get; private set; }

    /// <summary>A queued command is refused when memory is short.</summary>
    public bool DeniesOom { get; private set; }

    /// <summary>Shards of the queued commands.</summary>
    public ulong QueuedShards { get; private set; }

    /// <summary>Shards of the watched keys.</summary>
    public ulong WatchedShards { get; private set; }

    /// <summary>Shards that EXEC, DISCARD and UNWATCH hold.</summary>
    public ulong Shards => QueuedShards | WatchedShards;

    /// <summary>Number of queued commands.</summary>
    public int Count => _commands.Count;

    /// <summary>The watched keys.</summary>
    public IReadOnlyList<WatchedKey> Watched => _watched;

    /// <summary>Bytes held by the queue and by the watched keys.</summary>
    public long AllocatedBytes =>
        (_buffer?.Capacity ?? 0) + (_args?.AllocatedBytes ?? 0) + (_args?.BlobBytes ?? 0) + _watchedBytes;

    /// <summary>What a queued command is.</summary>
    public CommandSpec SpecOf(int index) => _commands[index].Spec!;

    /// <summary>What it was given.</summary>
    public ArgumentView ArgumentsOf(int index) =>
        new(_buffer!.All, _args!, _commands[index].ArgStart, _commands[index].ArgCount);

    /// <summary>MULTI.</summary>
    public void Open() => IsOpen = true;

    /// <summary>Queues a command; its large values are taken over, the rest is copied.</summary>
    public void Queue(ShardWorker worker, Batch batch, in CommandRecord record, in ArgumentView arguments)
    {
        _buffer ??= new NativeBuffer(256);
        _args ??= new ArgList();
        CommandRecord copy = record;
        copy.ArgStart = _args.Count;
        for (int index = 0; index < arguments.Count; index++)
        {
            if (arguments.IsBlob(index))
            {
                _args.AddBlob(arguments.TakeBlob(index));
                continue;
            }
            ReadOnlySpan<byte> bytes = arguments[index];
            _buffer.EnsureFree(bytes.Length);
            bytes.CopyTo(_buffer.Free);
            _args.Add(_buffer.End, bytes.Length);
            _buffer.Commit(bytes.Length);
        }
        _commands.Add(copy);
        HasWrites |= record.Spec!.Is(CommandFlags.Write);
        HasReads |= record.Spec.Is(CommandFlags.ReadOnly);
        DeniesOom |= record.Spec.Is(CommandFlags.DenyOom);
        QueuedShards |= record.Shard >= 0
            ? 1UL << record.Shard
            : ShardNeeds.OfQueued(
                worker, record.Spec, new ArgumentView(_buffer.All, _args, copy.ArgStart, copy.ArgCount));
    }

    /// <summary>
    /// Runs all queued commands; every shard of <see cref="Shards"/> is held. Replies follow an array header.
    /// </summary>
    public void Run(ShardWorker worker, Connection client)
    {
        var timing = new RunTiming(worker, client.Home, _commands.Count);
        EffectJournal? effects = worker.Server.Dataset.IsJournalled && QueuedShards != 0
            ? worker.Server.Dataset[System.Numerics.BitOperations.TrailingZeroCount(QueuedShards)].Effects
            : null;
        bool isOfAll = QueuedShards == worker.Server.AllShards;
        if (isOfAll) worker.Server.Aof.BeginTransaction();
        effects?.BeginUnit();
        for (int index = 0; index < _commands.Count; index++)
        {
            CommandRecord record = _commands[index];
            var arguments = new ArgumentView(_buffer!.All, _args!, record.ArgStart, record.ArgCount);
            ulong shards = record.Shard >= 0 ? 1UL << record.Shard : QueuedShards;
            Executor.Run(worker, shards, client, record, arguments, client.Output, ref timing);
            client.CommandsRun++;
        }
        effects?.EndUnit();
        if (isOfAll) worker.Server.Aof.EndTransaction();
        timing.End();
    }

    /// <summary>Whether a queued command needs keys together that are spread.</summary>
    public bool TouchesSpread(ShardWorker worker, SpreadMap map)
    {
        for (int index = 0; index < _commands.Count; index++)
        {
            CommandSpec spec = _commands[index].Spec!;
            bool touches = spec.Placement == Placement.AllShards
                || (spec.Placement == Placement.Keys && SpreadRun.TouchesKeys(worker, spec, ArgumentsOf(index), map));
            if (touches) return true;
        }
        return false;
    }

    /// <summary>Notes a watched key, which its shard has noted first.</summary>
    public void Watch(int database, ulong hash, int slot, int shard, ReadOnlySpan<byte> key)
    {
        _watched.Add(new WatchedKey(database, hash, slot, shard, key.ToArray()));
        _watchedBytes += WatchBytes + key.Length;
        WatchedShards |= 1UL << shard;
    }

    /// <summary>Ends all watches; their shards are held.</summary>
    public void Unwatch(ShardWorker worker, Connection client)
    {
        foreach (WatchedKey watched in _watched)
            worker.Server.Dataset[watched.Shard].Watches.Remove(watched.Database, watched.Hash, client);
        _watched.Clear();
        _watchedBytes = 0;
        WatchedShards = 0;
        client.WatchBroken = false;
    }

    /// <summary>Ends MULTI: the queue is emptied; the watches stay until <see cref="Unwatch"/>.</summary>
    public void Close()
    {
        IsOpen = false;
        IsDoomed = false;
        Refusal = null;
        HasWrites = false;
        HasReads = false;
        DeniesOom = false;
        QueuedShards = 0;
        _commands.Clear();
        _args?.ReleaseBlobs();
        _args?.Clear();
        _buffer?.Dispose();
        _buffer = null;
    }

    /// <summary>Forgets everything; the watches must have been taken off the shards before.</summary>
    public void Clear()
    {
        Close();
        _watched.Clear();
        _watchedBytes = 0;
        WatchedShards = 0;
    }
}
