namespace FastShard.Memory;

/// <summary>A node of a list where a <see cref="ListNodeReader"/> stood.</summary>
/// <remarks>
/// SAFETY: made by a reader of the list. OWNER: the list. LIVES: until the list changes.
/// </remarks>
public readonly struct ListNodeMark
{
    internal readonly ListPlace Place;

    internal ListNodeMark(ListPlace place) => Place = place;

    /// <summary>No node.</summary>
    public bool IsNull => Place.IsNull;
}
