using FastShard.Engine.Sets;

namespace FastShard.Engine.SortedSets;

/// <summary>Goes through the members of a sorted set or of a plain one.</summary>
internal ref struct SourceWalk
{
    private readonly bool _isPlain;
    private readonly Span<byte> _scratch;
    private SetWalk _plain;
    private SortedWalk _sorted;

    /// <summary>Through a sorted set.</summary>
    public SourceWalk(SortedWalk sorted) => _sorted = sorted;

    /// <summary>Through a plain set.</summary>
    public SourceWalk(SetWalk plain, Span<byte> scratch)
    {
        _isPlain = true;
        _plain = plain;
        _scratch = scratch;
    }

    /// <summary>The member; after <see cref="MoveNext"/> was true.</summary>
    public readonly ReadOnlySpan<byte> Member => _isPlain ? _plain.Current.Bytes(_scratch) : _sorted.Member;

    /// <summary>Its score.</summary>
    public readonly double Score => _isPlain ? 1 : _sorted.Score;

    /// <summary>Goes to the first member, or the next one; false behind the last.</summary>
    public bool MoveNext() => _isPlain ? _plain.MoveNext() : _sorted.MoveNext();
}
