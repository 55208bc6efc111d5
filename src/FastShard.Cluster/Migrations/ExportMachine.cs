// A move of slots at the node that has them, without its sockets and data. It is told what has happened, and says what
// is to be done. What it must see to:
//
//   - Somebody has the slots at any time. Until the target is told to take them over (Claim) this node has them, and
//     whatever goes wrong ends the move here. From then on the target decides: it takes them under the epoch that it
//     was given, or it never does. As long as that is not known, nothing of these slots is answered here.
//   - It comes to an end however fast is written. Writers of these slots wait while too much is on the way; and when
//     all keys are sent and the rest does not become little by itself, they wait for some milliseconds again and again.
//   - Writes wait for milliseconds only at the end: it begins when little is on the way, by bytes and by the pace at
//     which the target has taken them so far.

namespace FastShard.Cluster.Migrations;

/// <summary>What a node does whose slots move to another.</summary>
public sealed class ExportMachine
{
    private const long PulseMillis = 4;
    private const int PulsesMax = 10;
    private const long PatienceMillis = 200;
    private const long FinalMillis = 3; // so long the last bytes may take, by the target's pace
    private const long DrainMillisMin = 6;
    private const long DrainMillisMax = 100;
    private const long AskAgainMillis = 100;

    private readonly ExportTerms _terms;
    private readonly List<ExportStep> _steps = [];
    private readonly AckPace _pace = new();
    private long _enteredMillis;
    private long _heardMillis;
    private long _holdUntilMillis;
    private long _holdNextMillis;
    private long _holdBytes; // that were on the way when it began
    private int _pulsesWalked;
    private long _askedMillis;
    private long _drainMillis = DrainMillisMin;
    private long _breather = 2 * PulseMillis; // between two pulses
    private bool _holdsWrites;
    private bool _holdsReads;
    private bool _isSaidToBeTaken;

    public ExportMachine(ExportTerms terms, long nowMillis)
    {
        _terms = terms;
        _enteredMillis = _heardMillis = nowMillis;
        _steps.Add(ExportStep.Connect);
    }

    public ExportState State { get; private set; } = ExportState.Connecting;

    /// <summary>Why it has not succeeded.</summary>
    public string Message { get; private set; } = "";

    /// <summary>It is over.</summary>
    public bool IsOver => State >= ExportState.Succeeded;

    /// <summary>When the target was heard last.</summary>
    public long HeardMillis => _heardMillis;

    /// <summary>How often writers had to wait before the end.</summary>
    public long Pulses { get; private set; }

    /// <summary>Takes what is to be done, in order.</summary>
    public ExportStep[] TakeSteps()
    {
        ExportStep[] steps = [.. _steps];
        _steps.Clear();
        return steps;
    }

    /// <summary>The connection stands.</summary>
    public void Connected(long nowMillis)
    {
        if (State != ExportState.Connecting) return;
        Enter(ExportState.Establishing, nowMillis);
        _steps.Add(ExportStep.Establish);
    }

    /// <summary>The target has agreed to take the slots.</summary>
    public void Established(long nowMillis)
    {
        if (State != ExportState.Establishing) return;
        Enter(ExportState.Copying, nowMillis);
        _steps.Add(ExportStep.Copy);
    }

    /// <summary>The target has refused: the slots, a command, or to take them over. It has not taken them.</summary>
    public void Refused(string why)
    {
        if (!IsOver && State != ExportState.Doubtful) Stop(ExportState.Failed, why);
    }

    /// <summary>
    /// The target says that it has taken the slots over. The bus says so as well as soon as it is safe.
    /// </summary>
    public void Claimed(long nowMillis)
    {
        _heardMillis = nowMillis;
        _isSaidToBeTaken = true;
    }

    /// <summary>The connection is gone, or was never made.</summary>
    public void LinkLost(string why, long nowMillis)
    {
        if (IsOver || State == ExportState.Doubtful) return;
        if (State != ExportState.Claiming) Stop(ExportState.Failed, why);
        else Doubt(nowMillis);
    }

    /// <summary>What was asked by a new connection was answered.</summary>
    public void Answered(bool hasTaken, long nowMillis)
    {
        if (State != ExportState.Doubtful) return;
        _heardMillis = nowMillis;
        _isSaidToBeTaken = hasTaken;
        if (!hasTaken) Stop(ExportState.Failed, "The target did not take the slots over");
    }

    /// <summary>Somebody wishes an end. False where it is too late for that.</summary>
    public bool TryCancel()
    {
        if (IsOver || State is ExportState.Claiming or ExportState.Doubtful) return false;
        Stop(ExportState.Cancelled, "Cancelled by an administrator");
        return true;
    }

    /// <summary>The slots are not this node's any more; the target's, or another's.</summary>
    public void OwnerChanged(bool isTarget)
    {
        if (IsOver) return;
        if (isTarget) Stop(ExportState.Succeeded, "");
        else Stop(ExportState.Failed, "The slots are another node's");
    }

    /// <summary>Something happened to the data that cannot be passed on, or to this node's role.</summary>
    public void Impossible(string why)
    {
        if (!IsOver && State is not (ExportState.Claiming or ExportState.Doubtful)) Stop(ExportState.Failed, why);
    }

    /// <summary>
    /// Time has passed. So many bytes are on the way and were taken by the target so far; <paramref name="isWalked"/>:
    /// every key was sent once.
    /// </summary>
    public void Tick(long nowMillis, long waitingBytes, long takenBytes, bool isWalked)
    {
        if (_pace.Note(nowMillis, waitingBytes, takenBytes)) _heardMillis = nowMillis;
        switch (State)
        {
            case ExportState.Connecting or ExportState.Establishing:
                if (nowMillis - _enteredMillis > _terms.SilenceMillis)
                    Stop(ExportState.Failed, "Timed out while connecting to the target");
                break;
            case ExportState.Copying or ExportState.Following:
                if (CheckSilence(nowMillis, waitingBytes)) Follow(nowMillis, waitingBytes, isWalked);
                break;
            case ExportState.Draining:
                Drain(nowMillis, waitingBytes);
                break;
            case ExportState.Claiming:
                if (nowMillis - _enteredMillis > _terms.SilenceMillis) Doubt(nowMillis);
                break;
            case ExportState.Doubtful:
                Wonder(nowMillis);
                break;
        }
    }

    private bool CheckSilence(long nowMillis, long waitingBytes)
    {
        if (waitingBytes == 0) _heardMillis = nowMillis;
        if (nowMillis - _heardMillis <= _terms.SilenceMillis) return true;
        Stop(ExportState.Failed, "Timed out after too long with no interaction");
        return false;
    }

    private void Follow(long nowMillis, long waitingBytes, bool isWalked)
    {
        if (isWalked && State == ExportState.Copying) Enter(ExportState.Following, nowMillis);
        bool isLittle = waitingBytes <= Math.Max(_terms.FinalBytes, _pace.BytesPerMilli * FinalMillis);
        if (isWalked && isLittle)
        {
            SetHold(true);
            Enter(ExportState.Draining, nowMillis);
            return;
        }
        if (_holdsWrites)
        {
            if (!IsEased(nowMillis, waitingBytes, isWalked)) return;
            SetHold(false);
            _holdNextMillis = nowMillis + _breather;
            return;
        }
        bool isBehind = waitingBytes > _terms.HighBytes;
        bool isPatient = !isWalked || nowMillis - _enteredMillis < PatienceMillis || nowMillis < _holdNextMillis;
        if (!isBehind && isPatient) return;
        if (isWalked && _breather > 1) _breather--;
        Pulses++;
        _holdUntilMillis = nowMillis + PulseMillis;
        _holdBytes = waitingBytes;
        if (isWalked) _pulsesWalked++;
        SetHold(true);
    }

    private bool IsEased(long nowMillis, long waitingBytes, bool isWalked)
    {
        if (!isWalked) return waitingBytes < _terms.HighBytes / 2;
        // Faster than the target can follow: then writes wait until the end is there.
        bool isEnough = _pulsesWalked <= PulsesMax && waitingBytes <= _holdBytes / 2;
        return nowMillis >= _holdUntilMillis && isEnough;
    }

    private void Drain(long nowMillis, long waitingBytes)
    {
        if (waitingBytes == 0)
        {
            Enter(ExportState.Claiming, nowMillis);
            _holdsReads = true;
            _steps.Add(ExportStep.Claim);
            return;
        }
        if (nowMillis - _enteredMillis <= _drainMillis) return;
        // The target has become slow just now: better once more, and with more patience, than to keep all waiting.
        _drainMillis = Math.Min(_drainMillis * 3 / 2, DrainMillisMax);
        SetHold(false);
        Pulses++;
        _holdNextMillis = nowMillis + PulseMillis;
        Enter(ExportState.Following, nowMillis);
    }

    private void Doubt(long nowMillis)
    {
        Enter(ExportState.Doubtful, nowMillis);
        _askedMillis = nowMillis;
        _steps.Add(ExportStep.Ask);
    }

    private void Wonder(long nowMillis)
    {
        if (nowMillis - _askedMillis < AskAgainMillis) return;
        _askedMillis = nowMillis;
        if (nowMillis - _enteredMillis <= _terms.SilenceMillis)
        {
            _steps.Add(ExportStep.Ask);
        }
        else if (_isSaidToBeTaken)
        {
            _steps.Add(ExportStep.Yield);
            Stop(ExportState.Succeeded, "");
        }
        else
        {
            // Gone for long: with a higher epoch this node has the slots, whatever the target did before it went.
            _steps.Add(ExportStep.Reclaim);
            Stop(ExportState.Failed, "The target was lost while it took the slots over");
        }
    }

    private void SetHold(bool holds)
    {
        if (holds == _holdsWrites) return;
        _holdsWrites = holds;
        _steps.Add(holds ? ExportStep.HoldWrites : ExportStep.ReleaseWrites);
    }

    private void Stop(ExportState state, string message)
    {
        State = state;
        Message = message;
        if (_holdsReads) _steps.Add(ExportStep.ReleaseReads);
        _holdsReads = false;
        SetHold(false);
        _steps.Add(ExportStep.End);
    }

    private void Enter(ExportState state, long nowMillis)
    {
        State = state;
        _enteredMillis = nowMillis;
    }
}
