// cluster-slot-stats-enabled: what each slot costs. Like all statistics it is counted by the shard that the client
// belongs to, whoever owns the slot, so that there is one writer and no lock: who asks holds all shards and sums. A
// command costs two additions and a note; the time of a run of commands is shared out when the run is over, because
// commands in a row are timed as one (see RunTiming).

using FastShard.Cluster.State;

namespace FastShard.Server.Statistics;

/// <summary>One shard's counts of all slots. Written only by the holder of the shard's token.</summary>
public sealed class SlotStatistics
{
    /// <summary>Commands that may be noted before <see cref="Charge"/> is due.</summary>
    public const int RunMax = 64;

    private readonly SlotCounts[] _counts = new SlotCounts[SlotSet.Slots];
    private readonly ushort[] _run = new ushort[RunMax];
    private int _runCount;

    /// <summary>No more can be noted.</summary>
    public bool IsRunFull => _runCount == RunMax;

    /// <summary>What was counted of a slot.</summary>
    public ref readonly SlotCounts this[int slot] => ref _counts[slot];

    /// <summary>A command of the run had keys of this slot.</summary>
    public void Note(int slot, long bytesIn, long bytesOut)
    {
        ref SlotCounts counts = ref _counts[slot];
        counts.BytesIn += bytesIn;
        counts.BytesOut += bytesOut;
        _run[_runCount++] = (ushort)slot;
    }

    /// <summary>The run is over: those noted took so long each.</summary>
    public void Charge(long nanosEach)
    {
        foreach (ushort slot in _run.AsSpan(0, _runCount)) _counts[slot].Nanos += nanosEach;
        _runCount = 0;
    }

    /// <summary>Slots have come to this node: what an earlier time left behind does not count.</summary>
    public void Forget(SlotSet slots)
    {
        for (int from = 0; slots.TryNextRange(from, out int first, out int last); from = last + 1)
            _counts.AsSpan(first, last - first + 1).Clear();
    }

    /// <summary>CONFIG RESETSTAT.</summary>
    public void Reset() => Array.Clear(_counts);
}
