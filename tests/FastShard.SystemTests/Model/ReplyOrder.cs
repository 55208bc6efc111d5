namespace FastShard.SystemTests.Model;

/// <summary>Whether the elements of a reply come in an order that the command promises.</summary>
internal enum ReplyOrder
{
    Exact,

    /// <summary>Any order: both sides are sorted before they are compared.</summary>
    Any,

    /// <summary>Pairs in any order.</summary>
    AnyPairs,

    /// <summary>The promised order, in pairs that one protocol version nests and the other does not.</summary>
    Flat,
}
