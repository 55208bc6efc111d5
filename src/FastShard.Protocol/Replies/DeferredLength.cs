using FastShard.Memory;

namespace FastShard.Protocol;

/// <summary>
/// An aggregate whose length is set after its elements were written (ReplyWriter.SetDeferred). Nested ones are set
/// inner first; marks taken in between are void after that.
/// </summary>
public readonly record struct DeferredLength
{
    internal DeferredLength(ReplyMark mark, byte type, int elementsPerItem)
    {
        Mark = mark;
        Type = type;
        ElementsPerItem = elementsPerItem;
    }

    internal ReplyMark Mark { get; }

    internal byte Type { get; }

    internal int ElementsPerItem { get; }
}
