// A move of one slot between two nodes, with everything that the machine under test knows nothing of: a connection that
// carries requests in order and breaks at any time, a target that dies and comes back with its epoch but without what
// it did not take over, a bus that tells of claims later or not at all for a while, writers, and an administrator.
//
// The slot's data is a count of writes. A write is acknowledged where it was made by the owner; at the end one node
// has the slot, and its count is at least that of the acknowledged writes.

using FastShard.Cluster.Migrations;
using Xunit;

namespace FastShard.UnitTests.Cluster.Migrations;

internal sealed class MoveSimulation
{
    private readonly Random _random;
    private readonly ExportMachine _machine;
    private readonly Queue<(string Word, long Value)> _wire = new();
    private readonly Queue<Action> _replies = new();
    private readonly List<(long At, Action Do)> _later = [];
    private readonly bool _isWild;
    private long _now = 1000;
    private bool _isLinked;
    private bool _isTargetUp = true;
    private bool _isCopying;
    private bool _holdsWrites;
    private bool _holdsReads;
    private long _keysLeft;
    private long _sent;
    private long _taken;
    private long _sourceCount;
    private long _targetCount = -1; // -1 = nothing has come
    private long _acknowledged;
    private long _acknowledgedByTarget;
    private bool _hasReclaimed;
    private ulong _sourceEpoch = 1;
    private ulong _targetEpoch;
    private ulong _claimEpoch;
    private bool _sourceServes = true;
    private bool _targetServes;
    private bool _hasImport;
    private long _holdBegan;
    private long _readyAt;

    public MoveSimulation(int seed, bool isWild)
    {
        _random = new Random(seed);
        _isWild = isWild;
        _keysLeft = 1 + _random.Next(200);
        _machine = new ExportMachine(new ExportTerms(SilenceMillis: 300, FinalBytes: 64, HighBytes: 4096), _now);
        Act();
    }

    public ExportState State => _machine.State;

    public long LongestHold { get; private set; }

    public long Pulses => _machine.Pulses;

    /// <summary>Runs to the end, with so many writes a millisecond and so many that the target takes.</summary>
    public void Run(int writes, int pace)
    {
        for (int step = 0; step < 60_000 && !(_machine.IsOver && _now > 5000); step++)
        {
            _now++;
            foreach ((long at, Action act) in _later.ToArray())
            {
                if (at <= _now) act();
            }
            _later.RemoveAll(item => item.At <= _now);
            if (_isWild && _random.Next(150) == 0) Trouble();
            for (int write = 0; write < writes; write++) Write();
            Walk();
            for (int taken = 0; taken < pace; taken++) TakeOne();
            while (_replies.TryDequeue(out Action? reply)) reply();
            bool isBeaten = _sourceServes && _targetServes && _isTargetUp && _sourceEpoch > _targetEpoch;
            if (isBeaten) _targetServes = false;
            if (!_sourceServes) _machine.OwnerChanged(isTarget: true);
            _machine.Tick(_now, _sent - _taken, _taken, _isCopying && _keysLeft == 0);
            Act();
            if (_machine.IsOver && _later.Count == 0 && _isTargetUp) _now = Math.Max(_now, 5001);
        }
        Assert.True(_machine.IsOver, $"it does not end: {_machine.State}");
        Heal();
        bool isOne = _sourceServes ^ _targetServes;
        Assert.True(isOne, $"source {_sourceServes}, target {_targetServes} after {_machine.State}");
        Assert.Equal(_machine.State == ExportState.Succeeded, _targetServes);
        // Only a target that took the slot and died before anybody heard of that takes its own writes with it.
        long kept = _hasReclaimed && _sourceServes ? _acknowledged - _acknowledgedByTarget : _acknowledged;
        Assert.True((_sourceServes ? _sourceCount : _targetCount) >= kept, "a write was lost");
        Assert.False(_holdsWrites || _holdsReads, "somebody waits for ever");
    }

    // Who hears of a higher epoch gives the slot up: at the end all have heard.
    private void Heal()
    {
        _isTargetUp = true;
        if (!_targetServes || !_sourceServes) return;
        if (_targetEpoch > _sourceEpoch) _sourceServes = false;
        else _targetServes = false;
    }

    private bool IsTargetServing => _targetServes && _isTargetUp && _now >= _readyAt;

    private void Write()
    {
        if (_sourceServes && !_holdsWrites)
        {
            _sourceCount++;
            if (!_targetServes) _acknowledged++;
            if (_isCopying) Send("write", _sourceCount);
        }
        else if (IsTargetServing)
        {
            _targetCount++;
            _acknowledged++;
            _acknowledgedByTarget++;
        }
        Assert.False(IsTargetServing && _sourceServes && !_holdsWrites && !_holdsReads, "two owners answer");
    }

    private void Walk()
    {
        for (int key = 0; key < 5 && _isCopying && _keysLeft > 0; key++)
        {
            _keysLeft--;
            Send("key", _sourceCount);
        }
    }

    private void Send(string word, long value)
    {
        _sent++;
        if (_isLinked) _wire.Enqueue((word, value));
    }

    private void TakeOne()
    {
        if (!_isTargetUp || !_isLinked || !_wire.TryDequeue(out (string Word, long Value) request)) return;
        switch (request.Word)
        {
            case "establish":
                _hasImport = true;
                _replies.Enqueue(() => _machine.Established(_now));
                return;
            case "claim":
                TakeClaim((ulong)request.Value);
                return;
        }
        _targetCount = Math.Max(_targetCount, request.Value);
        _taken++;
    }

    private void TakeClaim(ulong epoch)
    {
        if (!_hasImport)
        {
            _replies.Enqueue(() => _machine.Refused("no such move"));
            return;
        }
        Assert.Equal(_sourceCount, _targetCount);
        _hasImport = false;
        _targetServes = true;
        _targetEpoch = epoch;
        TellOfClaim(epoch);
    }

    // The bus: later, or when the target is back.
    private void TellOfClaim(ulong epoch)
    {
        long delay = 1 + _random.Next(_isWild ? 100 : 2);
        _later.Add((_now + delay, () => HearOfClaim(epoch)));
    }

    private void HearOfClaim(ulong epoch)
    {
        if (!_isTargetUp) TellOfClaim(epoch);
        else if (_targetServes && epoch > _sourceEpoch) _sourceServes = false;
        else if (_targetServes) _targetServes = false;
    }

    private void Trouble()
    {
        switch (_random.Next(4))
        {
            case 0:
                Break();
                break;
            case 1:
                _isTargetUp = false;
                Break();
                _hasImport = false;
                if (!_targetServes) _targetCount = -1;
                _later.Add((_now + _random.Next(900), Return));
                break;
            case 2:
                bool couldBe = _machine.State is not (ExportState.Claiming or ExportState.Doubtful) && !_machine.IsOver;
                Assert.Equal(couldBe, _machine.TryCancel());
                break;
            case 3 when _machine.State < ExportState.Claiming:
                _machine.Impossible("flushed");
                break;
        }
    }

    // It looks around before it serves, and hears of higher epochs.
    private void Return()
    {
        _isTargetUp = true;
        _readyAt = _now + 150;
    }

    private void Break()
    {
        if (!_isLinked) return;
        _isLinked = false;
        _wire.Clear();
        // The target hears of it a little later, and until then may have more to read.
        if (!_targetServes) _later.Add((_now + _random.Next(3), () => _hasImport &= _targetServes));
        _machine.LinkLost("lost", _now);
    }

    private void Ask()
    {
        if (!_isTargetUp) return;
        bool hasTaken = _targetServes;
        if (!hasTaken) _hasImport = false;
        _later.Add((_now + 1, () => _machine.Answered(hasTaken, _now)));
    }

    private void Act()
    {
        foreach (ExportStep step in _machine.TakeSteps()) Act(step);
    }

    private void Act(ExportStep step)
    {
        switch (step)
        {
            case ExportStep.Connect:
                _isLinked = _isTargetUp;
                _later.Add((_now + 1, () => _machine.Connected(_now)));
                break;
            case ExportStep.Establish:
                _wire.Enqueue(("establish", 0));
                break;
            case ExportStep.Copy:
                _isCopying = true;
                break;
            case ExportStep.HoldWrites:
                Assert.False(_holdsWrites);
                _holdsWrites = true;
                _holdBegan = _now;
                break;
            case ExportStep.ReleaseWrites:
                Assert.True(_holdsWrites);
                _holdsWrites = false;
                LongestHold = Math.Max(LongestHold, _now - _holdBegan);
                break;
            case ExportStep.Claim:
                Assert.True(_holdsWrites);
                _holdsReads = true;
                _claimEpoch = Math.Max(_sourceEpoch, _targetEpoch) + 1;
                if (_isLinked) _wire.Enqueue(("claim", (long)_claimEpoch));
                break;
            case ExportStep.ReleaseReads:
                _holdsReads = false;
                break;
            case ExportStep.Ask:
                Ask();
                break;
            case ExportStep.Reclaim:
                _sourceEpoch = _claimEpoch + 1;
                _hasReclaimed = true;
                break;
            case ExportStep.Yield:
                _sourceServes = false;
                break;
            case ExportStep.End:
                _isLinked = false;
                _isCopying = false;
                if (!_targetServes) _hasImport = false;
                break;
        }
    }
}
