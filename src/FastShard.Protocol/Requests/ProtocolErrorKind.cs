namespace FastShard.Protocol;

/// <summary>How a request can break the protocol.</summary>
public enum ProtocolErrorKind : byte
{
    None,
    TooBigInline,
    UnbalancedQuotes,
    TooBigMultibulkCount,
    InvalidMultibulkLength,
    UnauthenticatedMultibulkLength,
    TooBigBulkCount,
    ExpectedDollar,
    InvalidBulkLength,
    UnauthenticatedBulkLength,
}
