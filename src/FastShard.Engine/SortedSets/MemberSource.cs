using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using FastShard.Protocol;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.SortedSets;

/// <summary>One of the keys that are united or compared: a sorted set, or a plain set whose scores all are 1.</summary>
internal struct MemberSource
{
    private KeyTable? _table;
    private Entry _entry;

    /// <summary>What the scores are multiplied by.</summary>
    public double Weight;

    /// <summary>Members; 0 for a missing key.</summary>
    public long Count { get; private set; }

    /// <summary>Finds the source of a key; false if it holds neither kind of set.</summary>
    public static bool TryFind(scoped in Key key, out MemberSource source)
    {
        source = new MemberSource { Weight = 1 };
        if (!key.Home.TryRead(key, out Entry entry)) return true;
        if (entry.Type != ValueType.SortedSet) return false;
        source._table = key.Home.Table;
        source._entry = entry;
        source.Count = source.Value.Count;
        return true;
    }

    /// <summary>Looks a member up; its score comes with the weight.</summary>
    public readonly bool TryScore(scoped ReadOnlySpan<byte> member, out double score)
    {
        score = 0;
        if (_table is null) return false;
        FoundMember found = Value.Find(member);
        if (found.Exists) score = Weigh(found.Score);
        return found.Exists;
    }

    /// <summary>All members.</summary>
    public readonly SortedWalk Walk(Span<byte> scratch) =>
        _table is null ? default : Value.Walk(0, backwards: false, scratch);

    /// <summary>A score with the weight; what is no number counts as 0.</summary>
    public readonly double Weigh(double score)
    {
        double weighed = score * Weight;
        return double.IsNaN(weighed) ? 0 : weighed;
    }

    private readonly SortedSetValue Value => SortedSetValue.Of(_table!, _entry);
}
