using FastShard.Native.Diagnostics;

namespace FastShard.Engine.SortedSets;

/// <summary>Unions, intersections and differences of sets with scores.</summary>
internal static class SetCombiner
{
    /// <summary>All members of any source.</summary>
    public static void Unite(ReadOnlySpan<MemberSource> sources, Aggregate aggregate, MemberList result)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        foreach (ref readonly MemberSource source in sources)
        {
            if (source.Count == 0) continue;
            SourceWalk walk = source.Walk(scratch);
            while (walk.MoveNext())
            {
                double score = source.Weigh(walk.Score);
                bool isThere = result.FindOrAdd(walk.Member, out int index);
                ref double sum = ref result.Score(index);
                sum = isThere ? Combine(sum, score, aggregate) : score;
            }
        }
    }

    /// <summary>
    /// Members of the first source, the smallest, that are in all others; at most <paramref name="limit"/>, where that
    /// is not 0. Returns how many; they are gathered in <paramref name="result"/> if there is one.
    /// </summary>
    public static long Intersect(
        ReadOnlySpan<MemberSource> sources, Aggregate aggregate, long limit, MemberList? result)
    {
        if (sources[0].Count == 0) return 0;
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        long found = 0;
        SourceWalk walk = sources[0].Walk(scratch);
        while (walk.MoveNext())
        {
            double sum = sources[0].Weigh(walk.Score);
            int index = 1;
            for (; index < sources.Length && sources[index].TryScore(walk.Member, out double score); index++)
                sum = Combine(sum, score, aggregate);
            if (index < sources.Length) continue;
            result?.Add(walk.Member, sum);
            if (++found == limit) break;
        }
        return found;
    }

    /// <summary>Members of the first source that are in none of the others.</summary>
    public static void Subtract(ReadOnlySpan<MemberSource> sources, MemberList result)
    {
        if (sources[0].Count == 0) return;
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SourceWalk walk = sources[0].Walk(scratch);
        while (walk.MoveNext())
        {
            int index = 1;
            while (index < sources.Length && !sources[index].TryScore(walk.Member, out _)) index++;
            if (index == sources.Length) result.Add(walk.Member, walk.Score);
        }
    }

    private static double Combine(double left, double right, Aggregate aggregate)
    {
        switch (aggregate)
        {
            case Aggregate.Sum or Aggregate.Count:
                double sum = left + right;
                // Infinities of both signs make 0, and so does all that comes to what is no number.
                return double.IsNaN(sum) ? 0 : sum;
            case Aggregate.Min: return right < left ? right : left;
            case Aggregate.Max: return right > left ? right : left;
            default:
                Invariant.Check(false);
                return 0;
        }
    }
}
