namespace FastShard.Server.Blocking;

/// <summary>
/// The blocked calls of one shard's connections that do not wait for ever, the next deadline first: a binary heap, so
/// that those who wait cost nothing and coming and going is O(log n).
/// </summary>
internal sealed class DeadlineHeap
{
    private BlockedCall[] _calls = new BlockedCall[16];

    public int Count { get; private set; }

    /// <summary>The earliest deadline; the end of time when there is none.</summary>
    public long NextMillis => Count == 0 ? long.MaxValue : _calls[0].DeadlineMillis;

    /// <summary>Whose that is.</summary>
    public BlockedCall First => _calls[0];

    public void Add(BlockedCall call)
    {
        if (Count == _calls.Length) Array.Resize(ref _calls, Count * 2);
        Rise(call, Count++);
    }

    /// <summary>Takes a call out; one that is not in does no harm.</summary>
    public void Remove(BlockedCall call)
    {
        int hole = call.DeadlineIndex;
        if (hole < 0) return;
        call.DeadlineIndex = -1;
        BlockedCall last = _calls[--Count];
        _calls[Count] = null!;
        if (!ReferenceEquals(last, call)) Settle(last, hole);
    }

    /// <summary>Gives a call that is in another deadline.</summary>
    public void Move(BlockedCall call, long deadlineMillis)
    {
        call.DeadlineMillis = deadlineMillis;
        Settle(call, call.DeadlineIndex);
    }

    private void Settle(BlockedCall call, int hole)
    {
        if (hole > 0 && call.DeadlineMillis < _calls[(hole - 1) / 2].DeadlineMillis) Rise(call, hole);
        else Sink(call, hole);
    }

    private void Rise(BlockedCall call, int hole)
    {
        while (hole > 0)
        {
            int parent = (hole - 1) / 2;
            if (_calls[parent].DeadlineMillis <= call.DeadlineMillis) break;
            Put(_calls[parent], hole);
            hole = parent;
        }
        Put(call, hole);
    }

    private void Sink(BlockedCall call, int hole)
    {
        while (true)
        {
            int child = (2 * hole) + 1;
            if (child >= Count) break;
            if (child + 1 < Count && _calls[child + 1].DeadlineMillis < _calls[child].DeadlineMillis) child++;
            if (_calls[child].DeadlineMillis >= call.DeadlineMillis) break;
            Put(_calls[child], hole);
            hole = child;
        }
        Put(call, hole);
    }

    private void Put(BlockedCall call, int index)
    {
        _calls[index] = call;
        call.DeadlineIndex = index;
    }
}
