namespace FastShard.Engine.Strings;

/// <summary>
/// The way back through an <see cref="LcsTable"/>, from the strings' ends, one common byte at a time.
/// </summary>
internal struct LcsWalk
{
    private readonly LcsTable _table;
    private int _i;
    private int _j;

    public LcsWalk(LcsTable table, int firstLength, int secondLength)
    {
        _table = table;
        _i = firstLength;
        _j = secondLength;
    }

    /// <summary>Index of the common byte in the first string.</summary>
    public readonly int First => _i;

    /// <summary>Index of the common byte in the second string.</summary>
    public readonly int Second => _j;

    /// <summary>Steps back to the next common byte; false when there is none.</summary>
    public bool MoveToMatch(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        while (_i > 0 && _j > 0)
        {
            if (first[_i - 1] == second[_j - 1])
            {
                _i--;
                _j--;
                return true;
            }
            // On a tie the second string steps back, as in Redis: which subsequence is found depends on it.
            if (_table.IsUpLonger(_i, _j)) _i--;
            else _j--;
        }
        return false;
    }
}
