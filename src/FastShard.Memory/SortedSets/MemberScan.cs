namespace FastShard.Memory;

/// <summary>
/// One step of a scan through a large sorted set, in the order of the members' hashes: a member that stays in the set
/// from begin to end of a scan is returned exactly once.
/// </summary>
/// <remarks>
/// SAFETY: made by <see cref="SortedSet.Scan"/>. OWNER: the set. LIVES: until the next change of the set.
/// </remarks>
public unsafe ref struct MemberScan
{
    // Cursors are the upper 48 bits of a hash: programs that keep them as doubles keep them exactly.
    private const int HashShift = 16;

    private readonly SortedRoot* _root;
    private long _left;
    private ulong _hash;
    private ulong _word;
    private uint _tag;
    private int _slot;
    private byte* _element;

    internal MemberScan(SortedRoot* root, ulong cursor, long count)
    {
        _root = root;
        _left = count;
        _hash = cursor << HashShift;
        if (root->Segment != 0) Enter();
    }

    /// <summary>Where the next step begins, 0 when there is none; after <see cref="MoveNext"/> was false.</summary>
    public readonly ulong Cursor => _hash >> HashShift;

    /// <summary>The member; after <see cref="MoveNext"/> was true.</summary>
    public readonly ReadOnlySpan<byte> Member => SortedElement.Member(_element);

    /// <summary>Its score.</summary>
    public readonly double Score => SortedElement.Score(_element);

    /// <summary>The next member; false when there were enough of them, or behind the last.</summary>
    public bool MoveNext()
    {
        while (_word != 0)
        {
            int end = MemberSegment.HomesOf(_word) + MemberSegment.ExtraSlots;
            while (_slot < end)
            {
                ulong slot = MemberSegment.Slots(_word)[_slot];
                if (slot != 0 && TryTake(slot, out bool isEnough)) return !isEnough;
                _slot++;
            }
            _hash = MemberIndex.EndOf(_hash, MemberSegment.DepthOf(_word));
            _word = 0;
            if (_hash != 0 && _left > 0) Enter();
        }
        return false;
    }

    /// <summary>
    /// Looks at a slot: true where the loop ends, because it is the next one or because it comes too late.
    /// </summary>
    private bool TryTake(ulong slot, out bool isEnough)
    {
        isEnough = false;
        uint tag = MemberSegment.TagOf(slot);
        byte* element = MemberSegment.ElementOf(slot);
        if (tag < _tag) return false;
        if (tag > _tag)
        {
            int depth = MemberSegment.DepthOf(_word);
            ulong prefix = depth == 0 ? 0 : _hash >> (64 - depth) << (64 - depth);
            ulong hash = prefix | ((ulong)tag << (64 - MemberSegment.TagBits - depth));
            // All of one tag are returned in one step, for a cursor cannot point between them.
            if (_left <= 0)
            {
                _hash = hash;
                _word = 0;
                isEnough = true;
                return true;
            }
            _tag = tag;
            _hash = hash;
        }
        else if (SortedElement.Hash(element) < _hash)
        {
            return false;
        }
        _element = element;
        _left--;
        _slot++;
        return true;
    }

    private void Enter()
    {
        _word = MemberIndex.WordOf(_root, _hash);
        _tag = MemberSegment.TagOf(_hash, MemberSegment.DepthOf(_word));
        _slot = MemberSegment.HomeOf(_tag, MemberSegment.HomesOf(_word));
    }
}
