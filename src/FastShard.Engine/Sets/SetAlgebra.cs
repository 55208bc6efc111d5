using FastShard.Engine.Collections;
using FastShard.Memory;

namespace FastShard.Engine.Sets;

/// <summary>
/// Goes through the members of an intersection, union or difference, each once. What a union has met before it finds in
/// a table of its own, which then is the result; the others need one only where the result is to be kept.
/// </summary>
internal ref struct SetAlgebra
{
    /// <summary>The members so far, of a union or of a result that is kept.</summary>
    public DetachedTable Result;

    private readonly SetOperation _operation;
    private readonly ReadOnlySpan<SetSource> _sources;
    private readonly Span<byte> _scratch;
    private readonly bool _isKept;
    private SetWalk _walk;
    private int _source;
    private bool _isWalking;

    /// <summary>
    /// The sources may be put in another order. The scratch holds <see cref="Member.ScratchBytes"/>; the heap is that
    /// of the key for which a result is kept.
    /// </summary>
    public SetAlgebra(
        SetOperation operation, Span<SetSource> sources, ShardHeap heap, bool keepsResult, Span<byte> scratch)
    {
        _operation = operation;
        _sources = sources;
        _scratch = scratch;
        _isKept = keepsResult || (operation == SetOperation.Union && sources.Length > 1);
        if (_isKept) Result = new DetachedTable(heap);
        // The fewest first: they are walked, and the fewer the sooner a member is found missing. Of a difference it is
        // the most of the others that most likely have a member.
        if (operation == SetOperation.Intersection)
            sources.Sort(static (left, right) => left.Count.CompareTo(right.Count));
        else if (operation == SetOperation.Difference)
            sources[1..].Sort(static (left, right) => right.Count.CompareTo(left.Count));
    }

    /// <summary>The member that the walk stands at.</summary>
    public Member Current { get; private set; }

    /// <summary>Goes to the next member; false behind the last.</summary>
    public bool MoveNext()
    {
        int walked = _operation == SetOperation.Union ? _sources.Length : 1;
        for (; _source < walked; _source++)
        {
            if (!_isWalking)
            {
                if (_sources[_source].Count == 0) continue;
                _walk = _sources[_source].Value.Walk();
                _isWalking = true;
            }
            while (_walk.MoveNext())
            {
                Current = Member.Of(_walk.Current, _scratch);
                if (IsTaken(Current)) return true;
            }
            _isWalking = false;
        }
        return false;
    }

    /// <summary>Frees what was kept and not moved elsewhere.</summary>
    public void Dispose()
    {
        if (_isKept) Result.Dispose();
    }

    private readonly bool IsTaken(in Member member)
    {
        if (_operation != SetOperation.Union)
        {
            bool isWanted = _operation == SetOperation.Intersection;
            foreach (SetSource other in _sources[1..])
            {
                bool isFound = other.Count > 0 && other.Value.Contains(member);
                if (isFound != isWanted) return false;
            }
        }
        return !_isKept || Result.Table.TryAdd(member.Bytes);
    }
}
