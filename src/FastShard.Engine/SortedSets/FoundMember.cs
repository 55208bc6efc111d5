using FastShard.Memory;

namespace FastShard.Engine.SortedSets;

/// <summary>What a search for a member found, in whichever way the set is kept. Void after the next change.</summary>
internal readonly ref struct FoundMember
{
    /// <summary>Found, or not, in a listpack.</summary>
    public FoundMember(int at, double score)
    {
        At = at;
        Score = score;
        Exists = at >= 0;
    }

    /// <summary>Found, or not, in a large set.</summary>
    public FoundMember(SortedMember member)
    {
        Member = member;
        Exists = member.Exists;
        if (Exists) Score = member.Score;
    }

    /// <summary>Whether the member is in the set.</summary>
    public bool Exists { get; }

    /// <summary>Its score if it is.</summary>
    public double Score { get; }

    /// <summary>Its place in a listpack.</summary>
    public int At { get; }

    /// <summary>Its place in a large set.</summary>
    public SortedMember Member { get; }
}
