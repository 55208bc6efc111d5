using FastShard.Engine.Keyspaces;

namespace FastShard.Server.HotKeys;

/// <summary>
/// What HOTKEYS START asked for: counts of their own from that moment on, which do not fade. Changed while all shards
/// are held; each shard counts for itself.
/// </summary>
internal sealed class HotKeySession
{
    private readonly KeySketch[] _byTime;
    private readonly KeySketch[] _byBytes;
    private readonly long[] _sampledNanos;
    private readonly long[] _sampledBytes;

    public HotKeySession(int shardCount)
    {
        _byTime = new KeySketch[shardCount];
        _byBytes = new KeySketch[shardCount];
        for (int shard = 0; shard < shardCount; shard++)
        {
            _byTime[shard] = new KeySketch((ulong)shard + 3);
            _byBytes[shard] = new KeySketch((ulong)shard + 5);
        }
        _sampledNanos = new long[shardCount];
        _sampledBytes = new long[shardCount];
    }

    public required bool CountsTime { get; init; }

    public required bool CountsBytes { get; init; }

    /// <summary>How many keys are shown.</summary>
    public required int Count { get; init; }

    /// <summary>One of how many commands is looked at.</summary>
    public required int SampleRatio { get; init; }

    /// <summary>Only keys of these slots; null = all.</summary>
    public required bool[]? Slots { get; init; }

    /// <summary>When it ends by itself; <see cref="long.MaxValue"/> = never.</summary>
    public required long EndMillis { get; init; }

    public required HotKeyTotals AtStart { get; init; }

    /// <summary>What had been used when it ended; null while it runs.</summary>
    public HotKeyTotals? AtEnd { get; private set; }

    public bool IsActive => AtEnd is null;

    /// <summary>Processor time of what was looked at in the wanted slots, nanoseconds.</summary>
    public long SampledNanos => Sum(_sampledNanos);

    /// <summary>The same in bytes.</summary>
    public long SampledBytes => Sum(_sampledBytes);

    public ReadOnlySpan<KeySketch> ByTime => _byTime;

    public ReadOnlySpan<KeySketch> ByBytes => _byBytes;

    public void End(HotKeyTotals totals) => AtEnd ??= totals;

    public void Note(int shard, in Key key, int bytes, long nanos, int interval)
    {
        if (!IsActive || (Slots is not null && !Slots[key.Slot])) return;
        int database = key.Home.Index;
        _sampledNanos[shard] += nanos;
        _sampledBytes[shard] += bytes;
        if (CountsTime) _byTime[shard].Add(key.Hash, key.Slot, database, key.Bytes, nanos * interval, bytes);
        if (CountsBytes) _byBytes[shard].Add(key.Hash, key.Slot, database, key.Bytes, (long)bytes * interval, bytes);
    }

    private static long Sum(long[] values)
    {
        long sum = 0;
        foreach (long value in values) sum += value;
        return sum;
    }
}
