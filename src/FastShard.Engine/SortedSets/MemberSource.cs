using FastShard.Engine.Collections;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Sets;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.SortedSets;

/// <summary>One of the keys that are united or compared: a sorted set, or a plain set whose scores all are 1.</summary>
internal struct MemberSource
{
    /// <summary>What the scores are multiplied by.</summary>
    public double Weight;

    /// <summary>Every member counts as 1, whatever its score is.</summary>
    public bool IgnoresScores;

    /// <summary>Which of the keys it is, in the order in which they were named.</summary>
    public int Number;

    private Database? _home;
    private Entry _entry;

    /// <summary>Members; 0 for a missing key.</summary>
    public long Count { get; private set; }

    private readonly bool IsPlain => _entry.Type == ValueType.Set;

    private readonly SetValue Plain => new(_home!, _entry);

    private readonly SortedSetValue Sorted => SortedSetValue.Of(_home!.Table, _entry);

    /// <summary>Finds the source of a key; false if it holds neither kind of set.</summary>
    public static bool TryFind(scoped in Key key, out MemberSource source)
    {
        source = new MemberSource { Weight = 1 };
        if (!key.Home.TryRead(key, out Entry entry)) return true;
        if (entry.Type is not (ValueType.SortedSet or ValueType.Set)) return false;
        source._home = key.Home;
        source._entry = entry;
        source.Count = source.IsPlain ? source.Plain.Count : source.Sorted.Count;
        return true;
    }

    /// <summary>Looks a member up; its score comes with the weight, and may be no number.</summary>
    public readonly bool TryScore(scoped ReadOnlySpan<byte> member, out double score)
    {
        score = 0;
        if (_home is null) return false;
        if (IsPlain)
        {
            score = Weight;
            return Plain.Contains(new Member(member));
        }
        FoundMember found = Sorted.Find(member);
        if (found.Exists) score = IgnoresScores ? Weight : found.Score * Weight;
        return found.Exists;
    }

    /// <summary>All members; of a source that is not empty.</summary>
    public readonly SourceWalk Walk(Span<byte> scratch) =>
        IsPlain ? new SourceWalk(Plain.Walk(), scratch) : new SourceWalk(Sorted.Walk(0, backwards: false, scratch));

    /// <summary>A score with the weight; what is no number counts as 0.</summary>
    public readonly double Weigh(double score)
    {
        double weighed = IgnoresScores ? Weight : score * Weight;
        return double.IsNaN(weighed) ? 0 : weighed;
    }
}
