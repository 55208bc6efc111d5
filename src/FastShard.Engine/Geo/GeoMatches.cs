using System.Buffers;
using FastShard.Engine.SortedSets;

namespace FastShard.Engine.Geo;

/// <summary>What a search found: copies of the members with their scores, and their distances. Rented memory.</summary>
internal sealed class GeoMatches : IDisposable
{
    private readonly MemberList _members = new();
    private Match[] _matches = ArrayPool<Match>.Shared.Rent(64);

    /// <summary>Members found.</summary>
    public int Count => _members.Count;

    /// <summary>The bytes of a member.</summary>
    public ReadOnlySpan<byte> Member(int index) => _members.Member(_matches[index].Number);

    /// <summary>Its score in the set that was searched.</summary>
    public double Score(int index) => _members.Score(_matches[index].Number);

    /// <summary>Its distance in meters.</summary>
    public double Distance(int index) => _matches[index].Distance;

    /// <summary>Gathers the members of a set that lie in a shape; with a limit only so many.</summary>
    public void Gather(in SortedSetValue value, in GeoShape shape, long limit)
    {
        Span<GeoCell> cells = stackalloc GeoCell[GeoCover.CellsMax];
        GeoCover.Find(shape, cells);
        int last = 0;
        for (int index = 0; index < cells.Length; index++)
        {
            if (cells[index].IsNone) continue;
            // Where a shape spans the earth, neighbours are one and the same.
            if (last > 0 && cells[index] == cells[last]) continue;
            if (limit > 0 && Count >= limit) return;
            Gather(value, shape, cells[index], limit);
            last = index;
        }
    }

    /// <summary>Puts the nearest first, or the farthest; equally distant ones stay in their order.</summary>
    public void Sort(bool descending) => _matches.AsSpan(0, Count).Sort(new ByDistance(descending));

    /// <inheritdoc/>
    public void Dispose()
    {
        _members.Dispose();
        ArrayPool<Match>.Shared.Return(_matches);
    }

    private void Gather(in SortedSetValue value, in GeoShape shape, GeoCell cell, long limit)
    {
        Span<byte> scratch = stackalloc byte[SortedWalk.ScratchBytes];
        SortedWalk walk = value.Walk(value.CountBelow(cell.MinScore, orEqual: false), backwards: false, scratch);
        double end = cell.EndScore;
        while (walk.MoveNext() && walk.Score < end)
        {
            if (!shape.Contains(GeoCell.PointOf(walk.Score), out double distance)) continue;
            Add(walk.Member, walk.Score, distance);
            if (limit > 0 && Count >= limit) return;
        }
    }

    private void Add(scoped ReadOnlySpan<byte> member, double score, double distance)
    {
        if (Count == _matches.Length)
        {
            Match[] larger = ArrayPool<Match>.Shared.Rent(Count * 2);
            _matches.CopyTo(larger, 0);
            ArrayPool<Match>.Shared.Return(_matches);
            _matches = larger;
        }
        _matches[Count] = new Match(Count, distance);
        _members.Add(member, score);
    }

    private readonly record struct Match(int Number, double Distance);

    private readonly struct ByDistance(bool descending) : IComparer<Match>
    {
        public int Compare(Match left, Match right)
        {
            int order = left.Distance.CompareTo(right.Distance);
            if (order == 0) return left.Number.CompareTo(right.Number);
            return descending ? -order : order;
        }
    }
}
