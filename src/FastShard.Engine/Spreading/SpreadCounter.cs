using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Engine.Spreading;

/// <summary>
/// A counter that every shard adds to by itself: one word, changed by one instruction of the processor. What an
/// increment replies is the sum that it made, no two the same, as on one shard.
/// </summary>
public sealed class SpreadCounter(byte[] name, int database, int lanes, Dataset dataset)
    : SpreadKey(name, database, lanes, dataset)
{
    // The word has a cache line of its own.
    private const int Place = 8;

    // Far from the ends of the numbers nothing can overflow, however many shards add at once.
    private const long SafeSum = 1L << 62;
    private const long SafeIncrement = 1L << 32;

    private const int IntegerBytes = 8;

    private readonly long[] _word = new long[Place * 2];
    private uint _accessClock;

    public override SpreadKinds Kind => SpreadKinds.Counter;

    /// <summary>The sum of this instant.</summary>
    public long Value => Volatile.Read(ref _word[Place]);

    /// <summary>Adds; false where the sum is no 64-bit number, and then nothing has changed.</summary>
    public bool TryAdd(long increment, out long sum)
    {
        ref long word = ref _word[Place];
        long seen = Volatile.Read(ref word);
        if (Math.Abs(increment / 2) < SafeIncrement / 2 && Math.Abs(seen / 2) < SafeSum / 2)
        {
            sum = Interlocked.Add(ref word, increment);
            return true;
        }
        while (true)
        {
            sum = unchecked(seen + increment);
            if (((seen ^ sum) & (increment ^ sum)) < 0) return false;
            long before = Interlocked.CompareExchange(ref word, sum, seen);
            if (before == seen) return true;
            seen = before;
        }
    }

    public override bool Fits(in Entry entry) =>
        entry.Type == Memory.ValueType.String && entry.Encoding == ValueEncoding.Int;

    protected override bool Begin(in Key key, ref Entry entry)
    {
        _accessClock = entry.AccessClock;
        Volatile.Write(ref _word[Place], entry.Integer);
        key.Home.Table.Remove(ref entry);
        return true;
    }

    protected override void End(in Key key)
    {
        KeyTable table = key.Home.Table;
        Entry entry = table.Insert(
            key.Slot, key.Hash, key.Bytes, Memory.ValueType.String, ValueEncoding.Int, IntegerBytes, DeadlineMillis);
        entry.SetInteger(Value);
        entry.SetAccessClock(_accessClock);
    }
}
