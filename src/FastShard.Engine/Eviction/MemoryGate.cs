using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Eviction;

/// <summary>
/// maxmemory: knows how much memory the data may take and takes, over all shards, and makes room on one shard at a
/// time. Any shard's holder may ask; other shards' numbers are read as they happen to be, which is off by no more than
/// what they are writing at this moment.
/// </summary>
public sealed class MemoryGate
{
    /// <summary>What <see cref="EvictionsPerCall"/> is at first.</summary>
    public const int DefaultEvictionsPerCall = 128;

    // A shard that was found to have room is not asked again before it has grown by so much.
    private const int AllowanceBytesMax = 64 * 1024;

    // All shards' allowances together stay below this part of the limit.
    private const int AllowanceShare = 256;

    private readonly Dataset _dataset;
    private EvictionRules _rules;

    /// <summary>A gate without a limit.</summary>
    public MemoryGate(Dataset dataset) => _dataset = dataset;

    /// <summary>maxmemory, bytes; 0 = no limit.</summary>
    public long LimitBytes { get; private set; }

    /// <summary>The policy, and how many keys are sampled for each victim.</summary>
    public EvictionRules Rules => _rules;

    /// <summary>Keys evicted at most for one command: a limit that was lowered a lot is reached over many.</summary>
    public int EvictionsPerCall { get; set; } = DefaultEvictionsPerCall;

    /// <summary>Whether there is a limit at all.</summary>
    public bool IsLimited => LimitBytes > 0;

    /// <summary>Bytes outside the keyspaces that count (client buffers); null = none.</summary>
    public Func<long>? ExtraBytes { get; set; }

    /// <summary>Bytes that count against the limit; what flushed databases leave counts as gone already.</summary>
    public long UsedBytes
    {
        get
        {
            long used = Blob.TotalBytes + (ExtraBytes?.Invoke() ?? 0);
            foreach (Keyspace keyspace in _dataset.Keyspaces) used += keyspace.CountedBytes;
            return used;
        }
    }

    /// <summary>Sets limit and policy. All shards are held, or do not run yet.</summary>
    public void Configure(long limitBytes, EvictionPolicy policy, int samples)
    {
        LimitBytes = limitBytes;
        _rules = new EvictionRules(policy, samples);
        foreach (Keyspace keyspace in _dataset.Keyspaces) keyspace.EvictionPool.Clear();
        Revoke();
    }

    /// <summary>Whether the limit is kept right now. Looks at every shard.</summary>
    public bool HasRoom() => !IsLimited || UsedBytes <= LimitBytes;

    /// <summary>Whether a shard may grow; most of the time it need not look at the others for that.</summary>
    public bool HasRoom(Keyspace keyspace)
    {
        if (!IsLimited || keyspace.CountedBytes + Blob.TotalBytes < keyspace.RoomUntilBytes) return true;
        long room = LimitBytes - UsedBytes;
        long allowance = AllowanceBytes;
        // Only far from the limit: what all shards together were once allowed must still fit when the last of them
        // uses it. A shard that has shrunk since is still allowed to grow back, so what it does not use counts.
        if (room - PromisedTo(others: keyspace) >= 2 * allowance * _dataset.ShardCount)
            keyspace.RoomUntilBytes = keyspace.CountedBytes + Blob.TotalBytes + allowance;
        else
            Revoke();
        return room >= 0;
    }

    /// <summary>
    /// Makes room by evicting keys of <paramref name="target"/>. False when the limit is passed and the policy finds
    /// nothing to evict there. True may also mean that much had to go and the rest follows with the next calls.
    /// </summary>
    public bool EnsureRoom(Keyspace target)
    {
        if (HasRoom(target)) return true;
        long excess = UsedBytes - LimitBytes;
        // A little more than needed, or every command at the limit would look at every shard and evict one key.
        EvictionOutcome outcome = Evictor.EvictSome(target, _rules, excess + AllowanceBytes, EvictionsPerCall);
        return outcome != EvictionOutcome.NothingToEvict || HasRoom(target);
    }

    /// <summary>The same without what the shard was allowed before: client buffers may have grown since.</summary>
    public bool EnsureRoomAfresh(Keyspace target)
    {
        target.RoomUntilBytes = 0;
        return EnsureRoom(target);
    }

    private long AllowanceBytes =>
        Math.Min(AllowanceBytesMax, LimitBytes / (AllowanceShare * _dataset.ShardCount));

    private long PromisedTo(Keyspace others)
    {
        long promised = 0;
        foreach (Keyspace keyspace in _dataset.Keyspaces)
        {
            if (ReferenceEquals(keyspace, others)) continue;
            promised += Math.Max(0, keyspace.RoomUntilBytes - keyspace.CountedBytes - Blob.TotalBytes);
        }
        return promised;
    }

    // From here on every shard looks at all the others before it grows.
    private void Revoke()
    {
        foreach (Keyspace keyspace in _dataset.Keyspaces)
        {
            if (keyspace.RoomUntilBytes != 0) keyspace.RoomUntilBytes = 0;
        }
    }
}
