using System.Buffers;
using System.Numerics;
using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Random members of a sorted set, each as likely as the others.</summary>
internal static class RandomMembers
{
    /// <summary>One member.</summary>
    public static void ReplyOne(ref ReplyWriter reply, in SortedSetValue value, ref ulong random)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(SplitMix.Below(ref random, value.Count), backwards: false, scratch);
        walk.MoveNext();
        reply.Bulk(walk.Member);
    }

    /// <summary>So many members, of which some may be the same.</summary>
    public static void ReplyAny(
        ref CommandContext context, in SortedSetValue value, ref ulong random, long count, bool withScores)
    {
        ScoreReply.Head(ref context.Reply, count, withScores);
        for (; count > 0 && !context.IsReplyInVain; count--)
            ReplyRank(ref context.Reply, value, SplitMix.Below(ref random, value.Count), withScores);
    }

    /// <summary>So many members, all different; fewer where there are not as many.</summary>
    public static void ReplyDistinct(
        ref ReplyWriter reply, in SortedSetValue value, ref ulong random, long count, bool withScores)
    {
        long all = value.Count;
        count = Math.Min(count, all);
        ScoreReply.Head(ref reply, count, withScores);
        if (count * 4 > all || value.IsPacked) ReplySelected(ref reply, value, ref random, count, withScores);
        else ReplyDrawn(ref reply, value, ref random, (int)count, withScores);
    }

    /// <summary>Goes through all members and takes each with the chance that is left to it.</summary>
    private static void ReplySelected(
        ref ReplyWriter reply, in SortedSetValue value, ref ulong random, long count, bool withScores)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(0, backwards: false, scratch);
        for (long left = value.Count; count > 0 && walk.MoveNext(); left--)
        {
            if (SplitMix.Below(ref random, left) >= count) continue;
            ScoreReply.Item(ref reply, walk.Member, withScores ? walk.Score : 0, withScores);
            count--;
        }
    }

    /// <summary>Draws ranks until enough of them are different: at most a quarter of all, so few come twice.</summary>
    private static void ReplyDrawn(
        ref ReplyWriter reply, in SortedSetValue value, ref ulong random, int count, bool withScores)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)count * 2);
        long[] drawn = ArrayPool<long>.Shared.Rent(size);
        drawn.AsSpan(0, size).Clear();
        while (count > 0)
        {
            long rank = SplitMix.Below(ref random, value.Count);
            int place = (int)(rank * 0x9E3779B1) & (size - 1);
            while (drawn[place] != 0 && drawn[place] != rank + 1) place = (place + 1) & (size - 1);
            if (drawn[place] != 0) continue;
            drawn[place] = rank + 1;
            ReplyRank(ref reply, value, rank, withScores);
            count--;
        }
        ArrayPool<long>.Shared.Return(drawn);
    }

    private static void ReplyRank(ref ReplyWriter reply, in SortedSetValue value, long rank, bool withScores)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(rank, backwards: false, scratch);
        walk.MoveNext();
        ScoreReply.Item(ref reply, walk.Member, withScores ? walk.Score : 0, withScores);
    }
}
