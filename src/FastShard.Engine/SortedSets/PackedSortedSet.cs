using FastShard.Memory;

namespace FastShard.Engine.SortedSets;

/// <summary>A small sorted set: a listpack of member and score in turn, in order. Searches are walks.</summary>
internal static class PackedSortedSet
{
    /// <summary>The place of a member; -1 if it is not there.</summary>
    public static int Find(ReadOnlySpan<byte> pack, ReadOnlySpan<byte> member) =>
        Listpack.Find(pack, Listpack.First, member, skip: 1);

    /// <summary>Members.</summary>
    public static int Count(ReadOnlySpan<byte> pack) => Listpack.Count(pack) / 2;

    /// <summary>The place where a member with a score belongs.</summary>
    public static int PlaceFor(ReadOnlySpan<byte> pack, ReadOnlySpan<byte> member, double score)
    {
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        int at = Listpack.First;
        while (!Listpack.IsEnd(pack, at))
        {
            int scoreAt = Listpack.Next(pack, at);
            double other = ScoreText.Read(pack, scoreAt);
            if (other > score) break;
            if (other == score && Listpack.Get(pack, at).Bytes(scratch).SequenceCompareTo(member) > 0) break;
            at = Listpack.Next(pack, scoreAt);
        }
        return at;
    }

    /// <summary>Members in front of the one at a place.</summary>
    public static long RankOf(ReadOnlySpan<byte> pack, int member)
    {
        long rank = 0;
        for (int at = Listpack.First; at < member; rank++) at = NextPair(pack, at);
        return rank;
    }

    /// <summary>Members with a score below one, or equal to it.</summary>
    public static long CountBelow(ReadOnlySpan<byte> pack, double score, bool orEqual)
    {
        long count = 0;
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); count++)
        {
            int scoreAt = Listpack.Next(pack, at);
            double other = ScoreText.Read(pack, scoreAt);
            if (other > score || (other == score && !orEqual)) break;
            at = Listpack.Next(pack, scoreAt);
        }
        return count;
    }

    /// <summary>Members that come before some bytes, or are them.</summary>
    public static long CountBelow(ReadOnlySpan<byte> pack, ReadOnlySpan<byte> member, bool orEqual)
    {
        Span<byte> scratch = stackalloc byte[Listpack.ScratchBytes];
        long count = 0;
        for (int at = Listpack.First; !Listpack.IsEnd(pack, at); count++)
        {
            int order = Listpack.Get(pack, at).Bytes(scratch).SequenceCompareTo(member);
            if (order > 0 || (order == 0 && !orEqual)) break;
            at = NextPair(pack, at);
        }
        return count;
    }

    /// <summary>The place of the next member.</summary>
    public static int NextPair(ReadOnlySpan<byte> pack, int at) => Listpack.Next(pack, Listpack.Next(pack, at));
}
