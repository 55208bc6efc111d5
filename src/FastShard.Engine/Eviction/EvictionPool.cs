using FastShard.Memory;
using FastShard.Native.Diagnostics;

namespace FastShard.Engine.Eviction;

/// <summary>
/// The coldest keys of the last samples, so that every eviction chooses from more keys than it samples. Rising by
/// coldness; the last one is the next victim, if it still is as cold as it was.
/// </summary>
public sealed class EvictionPool
{
    /// <summary>How many candidates are kept.</summary>
    public const int Capacity = 16;

    private readonly EvictionCandidate[] _candidates = new EvictionCandidate[Capacity];

    /// <summary>An empty pool.</summary>
    public EvictionPool()
    {
        for (int index = 0; index < Capacity; index++) _candidates[index] = new EvictionCandidate();
    }

    /// <summary>Candidates in the pool.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets all candidates: the policy has changed.</summary>
    public void Clear() => Count = 0;

    /// <summary>Keeps a sampled key if it is colder than the warmest candidate, or there is room.</summary>
    internal void Offer(int database, in Entry entry, ulong coldness)
    {
        if (Count == Capacity && coldness <= _candidates[0].Coldness) return;
        ulong hash = KeyHash.Of(entry.Key);
        if (Contains(database, hash)) return;
        // A full pool gives up its warmest candidate, whose object is used again.
        EvictionCandidate candidate = Count == Capacity ? RemoveWarmest() : _candidates[Count];
        candidate.Set(coldness, database, entry.Slot, hash, entry.Key);
        int place = Count++;
        for (; place > 0 && _candidates[place - 1].Coldness > coldness; place--)
            _candidates[place] = _candidates[place - 1];
        _candidates[place] = candidate;
    }

    /// <summary>Takes the coldest candidate out; it is valid until the next offer.</summary>
    internal bool TryTake(out EvictionCandidate candidate)
    {
        candidate = _candidates[Math.Max(Count - 1, 0)];
        if (Count == 0) return false;
        Count--;
        return true;
    }

    private EvictionCandidate RemoveWarmest()
    {
        Invariant.Slow(Count == Capacity);
        EvictionCandidate warmest = _candidates[0];
        Array.Copy(_candidates, 1, _candidates, 0, Capacity - 1);
        _candidates[Capacity - 1] = warmest;
        Count--;
        return warmest;
    }

    private bool Contains(int database, ulong hash)
    {
        for (int index = 0; index < Count; index++)
        {
            if (_candidates[index].Hash == hash && _candidates[index].Database == database) return true;
        }
        return false;
    }
}
