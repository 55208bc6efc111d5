using FastShard.Engine.Commands;
using FastShard.Protocol;

namespace FastShard.Engine.SortedSets;

/// <summary>Members with or without their scores as a reply: flat in RESP2, in pairs in RESP3.</summary>
internal static class ScoreReply
{
    /// <summary>The head of so many members.</summary>
    public static void Head(ref ReplyWriter reply, long count, bool withScores)
    {
        bool isFlat = withScores && reply.Version == RespVersion.Resp2;
        reply.Array((int)(isFlat ? count * 2 : count));
    }

    /// <summary>One member.</summary>
    public static void Item(ref ReplyWriter reply, scoped ReadOnlySpan<byte> member, double score, bool withScores)
    {
        if (withScores && reply.Version == RespVersion.Resp3) reply.Array(2);
        reply.Bulk(member);
        if (withScores) reply.Double(score);
    }

    /// <summary>So many members from a rank on.</summary>
    public static void Range(
        ref ReplyWriter reply, in SortedSetValue value, long rank, long count, bool backwards, bool withScores)
    {
        Head(ref reply, count, withScores);
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(rank, backwards, scratch);
        for (long index = 0; index < count && walk.MoveNext(); index++)
            Item(ref reply, walk.Member, withScores ? walk.Score : 0, withScores);
    }
}
