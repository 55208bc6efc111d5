using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Protocol;

namespace FastShard.Engine.Spreading;

/// <summary>What the commands of strings do on a key that is spread: counters and copies.</summary>
internal static class SpreadStrings
{
    /// <summary>INCR and its like.</summary>
    public static void Add(ref CommandContext context, SpreadKey spread, Database here, long increment)
    {
        if (!((SpreadCounter)spread).TryAdd(increment, out long sum))
        {
            context.Reply.Error(Errors.Overflow);
            return;
        }
        here.Modified(new Key(context.Arg(1), spread.Slot, spread.Hash, here), KeyEvent.IncrBy);
        context.Reply.Integer(sum);
    }

    /// <summary>INCRBY.</summary>
    public static void IncrBy(ref CommandContext context, SpreadKey spread, Database here)
    {
        if (context.TryGetInteger(2, out long increment)) Add(ref context, spread, here, increment);
    }

    /// <summary>DECRBY.</summary>
    public static void DecrBy(ref CommandContext context, SpreadKey spread, Database here)
    {
        if (!context.TryGetInteger(2, out long decrement)) return;
        if (decrement == long.MinValue) context.Reply.Error("ERR decrement would overflow"u8);
        else Add(ref context, spread, here, -decrement);
    }

    /// <summary>GET.</summary>
    public static void Get(ref CommandContext context, SpreadKey spread, Database here)
    {
        here.Owner.Counters.Hits++;
        if (spread is SpreadCounter counter) context.Reply.BulkInteger(counter.Value);
        else context.Reply.Bulk(((ReadCopy)spread).Bytes);
    }

    /// <summary>STRLEN.</summary>
    public static void Length(ref CommandContext context, SpreadKey spread, Database here)
    {
        here.Owner.Counters.Hits++;
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        context.Reply.Integer(spread is SpreadCounter counter
            ? Numbers.FormatInt64(counter.Value, digits)
            : ((ReadCopy)spread).Bytes.Length);
    }

    /// <summary>TYPE.</summary>
    public static void Type(ref CommandContext context, SpreadKey spread, Database here)
    {
        here.Owner.Counters.Hits++;
        context.Reply.SimpleString(spread.Kind switch
        {
            SpreadKinds.Hash => "hash"u8,
            SpreadKinds.Scores => "zset"u8,
            _ => "string"u8,
        });
    }

    /// <summary>TTL and PTTL.</summary>
    public static void TimeLeft(ref CommandContext context, SpreadKey spread, Database here, bool inSeconds)
    {
        here.Owner.Counters.Hits++;
        if (spread.DeadlineMillis == 0)
        {
            context.Reply.Integer(-1);
            return;
        }
        long left = Math.Max(0, spread.DeadlineMillis - context.NowMillis);
        context.Reply.Integer(inSeconds ? (left + 500) / 1000 : left);
    }
}
