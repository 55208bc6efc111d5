// The primary's stream, applied: commands in their order, what stands between MULTI and EXEC while all shards that it
// needs are held. No deadline passes meanwhile: what the primary removes for its age it says so itself.

using System.Numerics;
using FastShard.Engine.Commands;
using FastShard.Engine.Effects;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Persistence.Journals;
using FastShard.Protocol;
using FastShard.Server.Blocking;
using FastShard.Server.Clients;
using FastShard.Server.Execution;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Replication;

/// <summary>Applies what a primary sends. Belongs to the first shard.</summary>
internal sealed class StreamApplier(FastShardServer server, PrimaryLink link) : IDisposable
{
    private readonly ArgList _request = new();
    private readonly ArgList _unit = new();
    private readonly List<int> _counts = [];
    private readonly ReplyBuffer _replies = new();
    private int _at; // up to here it was read
    private int _applied;
    private int _posted;
    private bool _isInBlock;

    /// <summary>What has come and is not done with.</summary>
    public NativeBuffer Input { get; } = new(0);

    /// <summary>The database of the next command.</summary>
    public int Database { get; set; }

    /// <summary>Bytes of the stream that were applied.</summary>
    public long Offset { get; set; }

    /// <summary>Another connection: what is left of the former one comes again.</summary>
    public void Restart()
    {
        Input.Clear();
        if (Input.Capacity > Limits.PooledBufferBytes) Input.Shrink(0);
        _at = _applied = _posted = 0;
        DropUnit();
    }

    /// <summary>The stream begins here: what was read before was something else.</summary>
    public void Begin()
    {
        DropUnit();
        _at = _applied = _posted = Input.Start;
    }

    /// <summary>Makes room to receive into.</summary>
    public void MakeRoom()
    {
        if (Input.Capacity - Input.End < Limits.MinReceiveBytes && _counts.Count == 0 && !_isInBlock)
        {
            int shift = Input.Compact();
            _at -= shift;
            _applied -= shift;
            _posted -= shift;
        }
        Input.EnsureFree(Limits.ReceiveBytes);
    }

    /// <summary>Applies what is complete. Null, or why the stream makes no sense.</summary>
    public string? Apply(ShardWorker worker)
    {
        Connection client = link.Client!;
        string? error = null;
        while (error is null && !client.IsClosed)
        {
            _request.Clear();
            int first = _at;
            if (first < Input.End && Input.All[first] is (byte)'\r' or (byte)'\n')
            {
                _at++;
                NoteApplied();
                continue;
            }
            ScanStatus status = JournalScanner.Scan(Input.All, ref _at, _request);
            if (status == ScanStatus.Incomplete) break;
            error = status == ScanStatus.Request ? Take(worker, client) : "it is not the protocol";
        }
        if (client.IsClosed) return null;
        PostApplied();
        if (_applied > Input.Start) Input.Consume(_applied - Input.Start);
        if (Input.Length == 0) Restart();
        return error;
    }

    /// <summary>
    /// Passes on what was applied, so that the stream's end and the data are of one instant; the shard is held.
    /// </summary>
    public void PostApplied()
    {
        if (_posted == _applied) return;
        server.Aof.Log.PostRaw(Input.All[_posted.._applied]);
        _posted = _applied;
    }

    public void Dispose()
    {
        Input.Dispose();
        _replies.Dispose();
    }

    private string? Take(ShardWorker worker, Connection client)
    {
        ReadOnlySpan<byte> name = Input.All.Slice(_request.Slice(0, 1)[0].Offset, _request.Slice(0, 1)[0].Length);
        if (Is(name, "MULTI"u8))
        {
            if (_isInBlock) return "MULTI inside of MULTI";
            _isInBlock = true;
            return null;
        }
        bool isEnd = Is(name, "EXEC"u8);
        if (isEnd && !_isInBlock) return "EXEC without MULTI";
        if (!isEnd)
        {
            foreach (ArgRange range in _request.Slice(0, _request.Count)) _unit.Add(range.Offset, range.Length);
            _counts.Add(_request.Count);
            if (_isInBlock) return null;
        }
        if (TryRunUnit(worker, client)) worker.SafePoint();
        return null;
    }

    private void NoteApplied()
    {
        if (_isInBlock) return;
        Offset += _at - _applied;
        _applied = _at;
    }

    private void DropUnit()
    {
        _unit.Clear();
        _counts.Clear();
        _isInBlock = false;
    }

    // False when the link was closed while tokens were taken.
    private bool TryRunUnit(ShardWorker worker, Connection client)
    {
        ulong shards = 0;
        int first = 0;
        foreach (int count in _counts)
        {
            shards |= ShardsOf(worker, new ArgumentView(Input.All, _unit, first, count));
            first += count;
        }
        worker.HoldAll(shards | worker.Home.Bit);
        if (client.IsClosed) return false;
        bool isJournalled = server.Dataset.IsJournalled && shards != 0;
        bool isBlock = isJournalled && !ulong.IsPow2(shards);
        if (isBlock) worker.BeginBlock(shards);
        EffectJournal journal = server.Dataset[BitOperations.TrailingZeroCount(shards | worker.Home.Bit)].Effects;
        if (isJournalled) journal.BeginUnit();
        Mark(worker, shards, isReplaying: true);
        first = 0;
        foreach (int count in _counts)
        {
            Run(worker, client, shards, new ArgumentView(Input.All, _unit, first, count));
            first += count;
        }
        Mark(worker, shards, isReplaying: false);
        if (isJournalled) journal.EndUnit();
        if (isBlock) worker.EndBlock(shards);
        // Before anybody else may run: from here on the unit is part of what is here.
        DropUnit();
        NoteApplied();
        worker.NoteReady(shards);
        if (worker.ReadyShards != 0) Serving.Run(worker);
        return !client.IsClosed;
    }

    private void Mark(ShardWorker worker, ulong shards, bool isReplaying)
    {
        for (ulong left = shards; left != 0; left &= left - 1)
        {
            Keyspace keyspace = server.Dataset[BitOperations.TrailingZeroCount(left)];
            keyspace.IsReplaying = isReplaying;
            keyspace.NowMillis = worker.NowMillis;
        }
    }

    private ulong ShardsOf(ShardWorker worker, in ArgumentView arguments)
    {
        if (IsOwn(arguments[0]) || Find(arguments) is not { } spec) return 0;
        return spec.Placement switch
        {
            Placement.Keys => ShardNeeds.OfKeys(worker, arguments, spec),
            Placement.Connection => 0,
            Placement.Channel when arguments.Count > 1 => server.PubSub.HomeOf(arguments[1]).Bit,
            _ => server.AllShards,
        };
    }

    private void Run(ShardWorker worker, Connection client, ulong shards, ArgumentView arguments)
    {
        ReadOnlySpan<byte> name = arguments[0];
        if (IsOwn(name))
        {
            RunOwn(worker, name, arguments);
            return;
        }
        if (Find(arguments) is not { } spec || !spec.AcceptsArity(arguments.Count))
        {
            Log.Warning($"The primary sent what is unknown here: {System.Text.Encoding.Latin1.GetString(name)}");
            return;
        }
        int keyIndex = spec.SingleKeyIndex;
        int slot = keyIndex == 0 ? 0 : KeySlot.Of(arguments[keyIndex]);
        ulong hash = keyIndex == 0 ? 0 : KeyHash.Of(arguments[keyIndex]);
        client.Db = Database;
        client.Worker = worker;
        CommandContext context = new(
            spec, arguments, client, server.Dataset, new ReplyWriter(_replies, RespVersion.Resp2), worker.NowMillis,
            keyIndex, slot, hash);
        EffectUnit.Run(ref context, shards);
        client.CommandsRun++;
        client.LastCommand = spec;
        // Not timed one by one: that would cost as much as many of them.
        worker.Home.Statistics.RecordAlike(spec, 1);
        ReadOnlySpan<byte> reply = _replies.Peek();
        if (reply.Length > 0 && reply[0] == '-')
        {
            string error = System.Text.Encoding.Latin1.GetString(reply).TrimEnd();
            Log.Warning($"A command of the primary has failed here: {spec.FullName}: {error}");
        }
        _replies.Clear();
    }

    private static bool IsOwn(ReadOnlySpan<byte> name) =>
        Is(name, "SELECT"u8) || Is(name, "PING"u8) || Is(name, "REPLCONF"u8);

    private void RunOwn(ShardWorker worker, ReadOnlySpan<byte> name, ArgumentView arguments)
    {
        if (Is(name, "SELECT"u8))
        {
            bool isThere = arguments.Count == 2 && Numbers.TryParseInt64(arguments[1], out long number)
                && number >= 0 && number < server.Dataset.DatabaseCount;
            if (isThere && Numbers.TryParseInt64(arguments[1], out number)) Database = (int)number;
            else Log.Warning("The primary chose a database that is not here");
        }
        else if (Is(name, "REPLCONF"u8) && arguments.Count > 1 && Is(arguments[1], "GETACK"u8))
        {
            link.Answer(worker);
        }
    }

    private CommandSpec? Find(in ArgumentView arguments)
    {
        CommandSpec? spec = server.Commands.Find(arguments[0]);
        if (spec is { Handler: null } && arguments.Count > 1)
            spec = CommandTable.FindSubcommand(spec, arguments[1]);
        return spec?.Handler is null ? null : spec;
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> word) =>
        System.Text.Ascii.EqualsIgnoreCase(name, word);
}
