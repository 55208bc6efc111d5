// Looks at one command of many. How many are passed over follows from how many a second there are: where little happens
// every command is looked at, and a busy shard looks at no more than some ten thousand a second, so that looking
// costs about the same small share of its time everywhere. What is looked at counts for those that were passed over.

using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Server.HotKeys;

/// <summary>What one shard knows of its hot and large keys; belongs to the shard's holder.</summary>
internal sealed class HotKeySampler
{
    private const long SamplesPerSecond = 10_000;
    private const int IntervalMax = 1024;

    // So many between two ticks are a load that the next tick would only then know of.
    private const int SamplesPerTick = 1500;

    private const long HalfLifeMillis = 5000;

    /// <summary>Commands until the next one that is looked at; whoever runs commands here counts it down.</summary>
    public int Countdown = 1;

    private ulong _random;
    private long _commandsSeen;
    private long _tickMillis;
    private long _decayMillis;
    private double _windowMillis;
    private int _samples;

    public HotKeySampler(int shard)
    {
        _random = 0x9E3779B97F4A7C15 * (ulong)(shard + 1);
        Reads = new KeySketch(_random ^ 1);
        Writes = new KeySketch(_random ^ 2);
    }

    public KeySketch Reads { get; }

    public KeySketch Writes { get; }

    public LargestKeys LargeValues { get; } = new();

    public LargestKeys LargeReplies { get; } = new();

    /// <summary>A session of HOTKEYS START that counts on its own; null = none.</summary>
    public HotKeySession? Session { get; set; }

    /// <summary>One of how many commands is looked at.</summary>
    public int Interval { get; private set; } = 1;

    /// <summary>Over how many milliseconds the counts are to be spread; they fade with them.</summary>
    public double WindowMillis => Math.Max(1, _windowMillis);

    /// <summary>False while nobody looks (directive hotkeys-tracking).</summary>
    public bool IsOn { get; set; } = true;

    /// <summary>Commands to pass over next: by chance, so that no rhythm of the clients can hide a key.</summary>
    public int NextDistance()
    {
        if (!IsOn && Session is null) return int.MaxValue / 2;
        if (++_samples > SamplesPerTick && Session is not { IsActive: true })
        {
            _samples = 0;
            Interval = Math.Min(Interval * 2, IntervalMax);
        }
        return Interval == 1 ? 1 : 1 + Choose((2 * Interval) - 1);
    }

    /// <summary>One of so many by chance.</summary>
    public int Choose(int count)
    {
        _random ^= _random << 13;
        _random ^= _random >> 7;
        _random ^= _random << 17;
        return (int)(_random % (ulong)count);
    }

    /// <summary>A command on a key of this shard that was looked at; it stands for so many.</summary>
    public void Note(in Key key, bool isWrite, long argumentBytes, long replyBytes, long nanos, int interval)
    {
        int database = key.Home.Index;
        int bytes = (int)Math.Min(argumentBytes + replyBytes, int.MaxValue / 2);
        if (IsOn)
        {
            (isWrite ? Writes : Reads).Add(key.Hash, key.Slot, database, key.Bytes, interval, bytes);
            ulong id = KeySketch.IdOf(key.Hash, database);
            long nowMillis = key.Home.Owner.AccessMillis;
            LargeReplies.Note(id, key.Slot, database, key.Bytes, replyBytes, nowMillis);
            if (key.Home.Table.TryFind(key.Slot, key.Hash, key.Bytes, out Entry entry))
                LargeValues.Note(id, key.Slot, database, key.Bytes, entry.AllocatedBytes, nowMillis);
        }
        Session?.Note(key.Home.Owner.ShardIndex, key, bytes, nanos, interval);
    }

    /// <summary>By the clock: how often to look from now on, and what fades.</summary>
    public void Tick(long commands, long nowMillis)
    {
        long elapsed = nowMillis - _tickMillis;
        if (elapsed <= 0) return;
        if (_tickMillis > 0)
        {
            _windowMillis += elapsed;
            SetInterval(Math.Max(0, commands - _commandsSeen) * 1000 / elapsed);
        }
        (_tickMillis, _commandsSeen) = (nowMillis, commands);
        _samples = 0;
        if (nowMillis - _decayMillis < HalfLifeMillis) return;
        _decayMillis = nowMillis;
        _windowMillis /= 2;
        Reads.Decay();
        Writes.Decay();
        LargeValues.Age(nowMillis);
        LargeReplies.Age(nowMillis);
    }

    /// <summary>HOTKEYS RESET.</summary>
    public void Clear()
    {
        _windowMillis = 0;
        Reads.Clear();
        Writes.Clear();
        LargeValues.Clear();
        LargeReplies.Clear();
    }

    /// <summary>Looks from the next command on; how often after that, the next tick says.</summary>
    public void Restart()
    {
        Interval = Session is { IsActive: true } session ? session.SampleRatio : 1;
        Countdown = 1;
    }

    private void SetInterval(long commandsPerSecond)
    {
        long interval = Session is { IsActive: true } session
            ? session.SampleRatio
            : commandsPerSecond / SamplesPerSecond;
        int before = Interval;
        Interval = (int)Math.Clamp(interval, 1, Session is { IsActive: true } ? int.MaxValue / 4 : IntervalMax);
        if (before > Interval && Countdown > 2 * Interval) Countdown = Interval;
    }
}
