namespace FastShard.Replication;

/// <summary>
/// The names of the stream: its own, and the one under which it was known up to a place, as the stream of a primary
/// that this server has followed.
/// </summary>
/// <param name="Id">40 hexadecimal digits.</param>
/// <param name="SecondId">The former name.</param>
/// <param name="SecondOffset">The first byte (counted from 1) that the former name does not cover; -1 = none.</param>
public sealed record ReplicationIds(string Id, string SecondId, long SecondOffset)
{
    /// <summary>No id.</summary>
    public static string None { get; } = new('0', 40);

    /// <summary>A stream of its own.</summary>
    public static ReplicationIds Of(string id) => new(id, None, -1);

    /// <summary>
    /// The stream goes on under another name: a replica is promoted, or its primary was. <paramref name="offset"/>:
    /// bytes of the stream so far.
    /// </summary>
    public ReplicationIds Continue(string id, long offset) => new(id, Id, offset + 1);

    /// <summary>
    /// Whether a replica that names a stream and the next byte that it wants (counted from 1) has had this stream so
    /// far.
    /// </summary>
    public bool Covers(ReadOnlySpan<byte> id, long wanted) => Is(id, Id)
        || (SecondOffset >= 0 && wanted <= SecondOffset && Is(id, SecondId));

    private static bool Is(ReadOnlySpan<byte> id, string name) => System.Text.Ascii.EqualsIgnoreCase(id, name);
}
