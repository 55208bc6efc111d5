using FastShard.Protocol;

namespace FastShard.Server.Clustering.Forwarding;

/// <summary>
/// Where a SCAN over all nodes goes on, as a number of 63 bits: the cursor of one node, which node that is in the
/// order of their names, and seven bits of who owns which slots. When those have changed since, the walk begins anew:
/// a key may come twice then, as SCAN allows, and none is missed because its slot has changed places.
/// </summary>
/// <param name="Digest">Of the slots' owners.</param>
/// <param name="Node">Which node.</param>
/// <param name="Cursor">Its own cursor.</param>
internal readonly record struct WalkPlace(uint Digest, int Node, long Cursor)
{
    /// <summary>Nodes at most.</summary>
    public const int Nodes = 1 << NodeBits;

    private const int CursorBits = 48;
    private const int NodeBits = 8;
    private const uint DigestMask = 0x7F;

    /// <summary>A node's cursor that does not fit.</summary>
    public static bool IsTooLarge(long cursor) => (ulong)cursor >= 1UL << CursorBits;

    /// <summary>The cursor as clients see it.</summary>
    public long Value => ((long)(Digest & DigestMask) << (CursorBits + NodeBits)) | ((long)Node << CursorBits) | Cursor;

    /// <summary>Reads what a client sent; false where it is no cursor.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, uint digest, int nodes, out WalkPlace place)
    {
        place = new WalkPlace(digest, 0, 0);
        if (!Numbers.TryParseInt64(text, out long value) || value < 0) return false;
        if (value == 0) return true;
        int node = (int)(value >> CursorBits) & (Nodes - 1);
        bool isSame = (value >> (CursorBits + NodeBits)) == (digest & DigestMask) && node < nodes;
        if (isSame) place = new WalkPlace(digest, node, value & ((1L << CursorBits) - 1));
        return true;
    }
}
