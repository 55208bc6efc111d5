using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Spreading;

/// <summary>What the commands of hashes and sorted sets do on a key that is spread.</summary>
internal static class SpreadCollections
{
    /// <summary>HINCRBY.</summary>
    public static void AddToField(ref CommandContext context, SpreadKey spread, Database here)
    {
        var hash = (SpreadHash)spread;
        if (!context.TryGetInteger(3, out long increment)) return;
        if (!hash.TryAdd(hash.Find(context.Arg(2)), increment, out long sum))
        {
            context.Reply.Error(Errors.Overflow);
            return;
        }
        here.Owner.ChangedFields.Note(context.Arg(2));
        here.Modified(new Key(context.Arg(1), spread.Slot, spread.Hash, here), KeyEvent.HIncrBy);
        context.Reply.Integer(sum);
    }

    /// <summary>HGET.</summary>
    public static void Field(ref CommandContext context, SpreadKey spread, Database here)
    {
        var hash = (SpreadHash)spread;
        here.Owner.Counters.Hits++;
        int place = hash.Find(context.Arg(2));
        if (place < 0) context.Reply.Null();
        else context.Reply.BulkInteger(hash.ValueAt(place));
    }

    /// <summary>HEXISTS.</summary>
    public static void HasField(ref CommandContext context, SpreadKey spread, Database here)
    {
        here.Owner.Counters.Hits++;
        context.Reply.Integer(((SpreadHash)spread).Find(context.Arg(2)) < 0 ? 0 : 1);
    }

    /// <summary>HLEN and ZCARD.</summary>
    public static void Count(ref CommandContext context, SpreadKey spread, Database here)
    {
        here.Owner.Counters.Hits++;
        context.Reply.Integer(((SpreadElements)spread).Count);
    }

    /// <summary>ZINCRBY.</summary>
    public static void AddToScore(ref CommandContext context, SpreadKey spread, Database here)
    {
        var scores = (SpreadScores)spread;
        if (!context.TryGetInteger(2, out long increment)) return;
        int place = scores.Find(context.Arg(3));
        if (!scores.TryAdd(place, increment, out long sum))
        {
            context.Reply.Error("ERR the score of a spread key would be too large to be counted exactly"u8);
            return;
        }
        here.Modified(new Key(context.Arg(1), spread.Slot, spread.Hash, here), KeyEvent.ZIncr);
        context.Reply.Double(sum);
    }

    /// <summary>ZSCORE.</summary>
    public static void Score(ref CommandContext context, SpreadKey spread, Database here)
    {
        var scores = (SpreadScores)spread;
        here.Owner.Counters.Hits++;
        int place = scores.Find(context.Arg(2));
        if (place < 0) context.Reply.Null();
        else context.Reply.Double(scores.ValueAt(place));
    }
}
