using FastShard.Engine.Collections;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Sets;

/// <summary>What is to be known of a set's members to choose how it is kept.</summary>
internal struct SetShape
{
    private int _longest;
    private long _bytes;
    private bool _hasOthers;

    /// <summary>Whether every member is an integer.</summary>
    public readonly bool IsOnlyIntegers => !_hasOthers;

    /// <summary>Takes one more member into account.</summary>
    public void Note(in Member member)
    {
        _longest = Math.Max(_longest, member.Bytes.Length);
        _bytes += member.Bytes.Length;
        _hasOthers |= !member.IsInteger;
    }

    /// <summary>Whether a listpack may hold them.</summary>
    public readonly bool FitsPack(EncodingLimits limits, long count) =>
        _hasOthers && count <= limits.SetMaxListpackEntries && _longest <= limits.SetMaxListpackValue
        && _bytes + (count * PackOverheadMax) < EngineLimits.PackBytesMax;

    private const int PackOverheadMax = 10;
}
