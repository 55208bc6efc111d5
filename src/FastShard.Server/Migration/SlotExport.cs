// Slots on their way to another node. What is decided is decided by the machine; this does it: the connection by the
// courier, everything else by the first shard's worker, with all shards held where that is said.

using System.Text;
using FastShard.Cluster.Migrations;
using FastShard.Cluster.State;
using FastShard.Memory;
using FastShard.Native.Clocks;
using FastShard.Server.Logging;
using FastShard.Server.Sharding;

namespace FastShard.Server.Migration;

/// <summary>One move of slots from here.</summary>
internal sealed class SlotExport : IDisposable
{
    private const string EpochError = "EPOCH ";

    private readonly FastShardServer _server;
    private readonly ExportMachine _machine;
    private readonly ExportLink _link;
    private readonly ShardExport?[] _parts;
    private readonly NodeAddress _target;
    private readonly int _firstSlot;
    private int _partsLeft = -1;
    private long _walkBudget;
    private long _walkMillis;
    private long _holdNanos;
    private ulong _epoch;
    private volatile bool _isSealed;
    private volatile bool _isLimited;
    private volatile string? _impossible;

    public SlotExport(FastShardServer server, MigrationRecord record, NodeAddress target, long nowMillis)
    {
        _server = server;
        _target = target;
        Record = record;
        _firstSlot = record.Slots.TryNextRange(0, out int first, out _) ? first : 0;
        _parts = new ShardExport?[server.Shards.Length];
        Queue = new ExportQueue(server.Courier);
        _link = new ExportLink(this, server.Courier);
        User = server.Options.MasterUser;
        Password = server.Options.MasterAuth;
        long silence = Math.Max(server.Options.ClusterNodeTimeoutMillis, SlotExports.SilenceMillisMin);
        _machine = new ExportMachine(new ExportTerms(silence), nowMillis);
    }

    public MigrationRecord Record { get; }

    /// <summary>What the target is sent.</summary>
    public ExportQueue Queue { get; }

    public string User { get; }

    public string? Password { get; }

    public bool IsOver => _machine.IsOver;

    /// <summary>Changes are passed on.</summary>
    public bool IsCopying => _partsLeft >= 0 && !_isSealed && !IsOver;

    /// <summary>The limit of bytes a second lets the walks go on. Any thread.</summary>
    public bool MayWalk => !_isLimited || Volatile.Read(ref _walkBudget) > 0;

    /// <summary>A shard's part; null where it has none, or nothing more is passed on.</summary>
    public ShardExport? PartOf(int shard) => _isSealed ? null : _parts[shard];

    /// <summary>A shard has sent all of its keys once.</summary>
    public void NoteWalked() => Interlocked.Decrement(ref _partsLeft);

    /// <summary>A shard has written so many bytes of keys.</summary>
    public void NoteWalkedBytes(int bytes) => Interlocked.Add(ref _walkBudget, -bytes);

    /// <summary>Something that cannot be passed on has happened. Any thread.</summary>
    public void NoteImpossible(string why) => _impossible = why;

    /// <summary>A journal of these shards was read, and they are held.</summary>
    public void EndJournal(ulong shards)
    {
        for (; shards != 0 && !_isSealed; shards &= shards - 1)
            _parts[System.Numerics.BitOperations.TrailingZeroCount(shards)]?.EndJournal();
    }

    public void NoteConnected(ShardWorker worker)
    {
        _machine.Connected(worker.NowMillis);
        Act(worker);
    }

    public void NoteEstablished(ShardWorker worker)
    {
        _machine.Established(worker.NowMillis);
        Act(worker);
    }

    public void NoteLost(ShardWorker worker, string why)
    {
        _machine.LinkLost(why, worker.NowMillis);
        Act(worker);
    }

    public void NoteAnswer(ShardWorker worker, bool hasTaken)
    {
        _machine.Answered(hasTaken, worker.NowMillis);
        Act(worker);
    }

    public void NoteRefused(ShardWorker worker, string error)
    {
        if (_machine.State == ExportState.Claiming && error.StartsWith(EpochError, StringComparison.Ordinal)
            && ulong.TryParse(error[EpochError.Length..], out ulong heardOf))
        {
            Claim(heardOf);
            return;
        }
        _machine.Refused($"The target replied: {error}");
        Act(worker);
    }

    public bool TryCancel(ShardWorker worker)
    {
        bool isCancelled = _machine.TryCancel();
        Act(worker);
        return isCancelled;
    }

    /// <summary>Looks what is to be done; by the first shard's worker.</summary>
    public void Tick(ShardWorker worker)
    {
        if (IsOver) return;
        long now = SystemClock.WallMillis();
        if (_impossible is { } why) _machine.Impossible(why);
        Clustering.MapNode? owner = _server.Cluster!.Map.OwnerOf(_firstSlot);
        string ownerId = owner?.Id.ToString() ?? "";
        if (ownerId != Record.Source) _machine.OwnerChanged(ownerId == Record.Target);
        else if (_server.Replication.IsReplica) _machine.Impossible("This node is a replica now");
        Refill(now);
        _machine.Tick(now, Queue.WaitingBytes, Queue.TakenBytes, isWalked: Volatile.Read(ref _partsLeft) == 0);
        Act(worker);
    }

    /// <summary>The request that a target takes the slots by.</summary>
    public void WriteEstablish(NativeBuffer target)
    {
        int ranges = 0;
        SlotSet slots = Record.Slots;
        for (int from = 0; slots.TryNextRange(from, out _, out int last); from = last + 1) ranges++;
        KeyMove.WriteHead(target, 6 + (2 * ranges));
        WriteWords(target, "CLUSTER", "SYNCSLOTS", "ESTABLISH", Record.Source, Record.Name, "SLOTSRANGE");
        for (int from = 0; slots.TryNextRange(from, out int first, out int last); from = last + 1)
        {
            KeyMove.WriteNumber(target, first);
            KeyMove.WriteNumber(target, last);
        }
    }

    /// <summary>The request that asks what has become of them.</summary>
    public void WriteInquiry(NativeBuffer target)
    {
        KeyMove.WriteHead(target, 5);
        WriteWords(target, "CLUSTER", "SYNCSLOTS", "SETTLE", Record.Name);
        KeyMove.WriteNumber(target, _firstSlot);
    }

    /// <summary>A sign of life; the courier's thread.</summary>
    public void Ping()
    {
        ExportChunk chunk = Queue.Rent();
        KeyMove.WriteHead(chunk.Bytes, 1);
        WriteWords(chunk.Bytes, "PING");
        chunk.Requests = 1;
        Queue.Add(chunk);
    }

    private static void WriteWords(NativeBuffer target, params ReadOnlySpan<string> words)
    {
        foreach (string word in words) KeyMove.WriteWord(target, Encoding.ASCII.GetBytes(word));
    }

    // The walks may write so many bytes in a tenth of a second, and what was not written in one is not made up for.
    private void Refill(long nowMillis)
    {
        long rate = _server.Options.ClusterSlotMigrationBytesPerSecond;
        _isLimited = rate > 0;
        long passed = Math.Min(nowMillis - _walkMillis, 100);
        _walkMillis = nowMillis;
        if (rate <= 0 || passed <= 0) return;
        long budget = Volatile.Read(ref _walkBudget);
        Interlocked.Add(ref _walkBudget, Math.Min(rate * passed / 1000, Math.Max((rate / 10) + 1 - budget, 0)));
    }

    private void Act(ShardWorker worker)
    {
        foreach (ExportStep step in _machine.TakeSteps()) Act(worker, step);
        Record.State = StateName();
        Record.Message = _machine.Message;
        Record.HeardMillis = _machine.HeardMillis;
        Record.UpdatedMillis = worker.NowMillis;
        Record.WaitingBytes = IsOver ? 0 : Queue.WaitingBytes;
        Record.IsOver = IsOver;
    }

    private void Act(ShardWorker worker, ExportStep step)
    {
        Courier courier = _server.Courier;
        switch (step)
        {
            case ExportStep.Connect:
                courier.Ask(() =>
                {
                    courier.Add(_link);
                    _link.Open(_target.Ip, _target.Port);
                });
                break;
            case ExportStep.Establish:
                courier.Ask(_link.Establish);
                break;
            case ExportStep.Copy:
                Copy(worker);
                break;
            case ExportStep.HoldWrites:
                HoldWrites(worker);
                break;
            case ExportStep.ReleaseWrites:
                worker.HoldAll(_server.AllShards);
                _server.SlotHold.Release(worker, Record.Slots);
                Record.PauseMicros = (SystemClock.MonotonicNanos() - _holdNanos) / 1000;
                break;
            case ExportStep.Claim:
                worker.HoldAll(_server.AllShards);
                _server.SlotHold.HoldAll(Record.Slots);
                _server.Replication.PostAll();
                _isSealed = true;
                Claim(heardOf: 0);
                break;
            case ExportStep.ReleaseReads:
                worker.HoldAll(_server.AllShards);
                _server.SlotHold.ReleaseReads(Record.Slots);
                break;
            case ExportStep.Ask:
                courier.Ask(() =>
                {
                    var inquiry = new ExportInquiry(this, courier);
                    courier.Add(inquiry);
                    inquiry.Begin(_target.Ip, _target.Port);
                });
                break;
            case ExportStep.Reclaim:
                _server.Cluster!.Enter().Handover.Reclaim(Record.Slots, _epoch);
                _server.Cluster.Leave();
                break;
            case ExportStep.Yield:
                _server.Cluster!.Enter().Handover.Yield(Record.Slots, Record.Target);
                _server.Cluster.Leave();
                break;
            case ExportStep.End:
                End(worker);
                break;
        }
    }

    private void Copy(ShardWorker worker)
    {
        worker.HoldAll(_server.AllShards);
        _server.Aof.Log.Start(); // nothing may have been journalled so far
        _server.Replication.PostAll();
        int parts = 0;
        foreach (Shard shard in _server.Shards)
        {
            var slots = new SlotSet();
            for (int slot = 0; slot < SlotSet.Slots; slot++)
            {
                if (Record.Slots.Has(slot) && _server.Dataset.ShardOf(slot) == shard.Index) slots.Add(slot);
            }
            if (slots.Count == 0) continue;
            parts++;
            _parts[shard.Index] = new ShardExport(this, shard.Keyspace, slots);
            shard.Exports.Add(_parts[shard.Index]!);
        }
        Volatile.Write(ref _partsLeft, parts);
        _server.Exports.Update();
        _server.UpdateJournal();
        foreach (Shard shard in _server.Shards) shard.Reactor.Wake();
    }

    // What was written before is in the queue, and nothing is written from then on.
    private void HoldWrites(ShardWorker worker)
    {
        worker.HoldAll(_server.AllShards);
        _server.SlotHold.HoldWrites(Record.Slots);
        _holdNanos = SystemClock.MonotonicNanos();
        _server.Replication.PostAll();
    }

    private void Claim(ulong heardOf)
    {
        _epoch = _server.Cluster!.Enter().Handover.NextEpoch(heardOf);
        _server.Cluster.Leave();
        ExportChunk chunk = Queue.Rent();
        KeyMove.WriteHead(chunk.Bytes, 5);
        WriteWords(chunk.Bytes, "CLUSTER", "SYNCSLOTS", "CLAIM", Record.Name, $"{_epoch}");
        chunk.Requests = 1;
        Queue.Add(chunk);
    }

    /// <summary>The connection ends, on its own thread.</summary>
    public void Dispose() => _server.Courier.Ask(_link.Dispose);

    private void End(ShardWorker worker)
    {
        worker.HoldAll(_server.AllShards);
        _isSealed = true;
        foreach (Shard shard in _server.Shards)
        {
            if (_parts[shard.Index] is not { } part) continue;
            shard.Exports.Remove(part);
            part.Dispose();
            _parts[shard.Index] = null;
        }
        Dispose();
        _server.Exports.Update();
        _server.UpdateJournal();
        string pause = Record.PauseMicros < 0 ? "" : $", writes waited {Record.PauseMicros} us";
        Log.Notice($"Slot migration {Record.Name} ({Record.Slots.Count} slots to {Record.Target}): {StateName()}"
            + $" {_machine.Message}{pause}");
    }

    private string StateName() => _machine.State switch
    {
        ExportState.Connecting => "connecting",
        ExportState.Establishing => "establishing",
        ExportState.Copying => "snapshotting",
        ExportState.Following => "replicating",
        ExportState.Draining => "waiting-to-pause",
        ExportState.Claiming => "failover-granted",
        ExportState.Doubtful => "failover-in-doubt",
        ExportState.Succeeded => "success",
        ExportState.Failed => "failed",
        _ => "cancelled",
    };
}
