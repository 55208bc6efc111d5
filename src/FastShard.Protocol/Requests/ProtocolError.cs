namespace FastShard.Protocol;

/// <summary>A broken request: its kind, and for ExpectedDollar the byte that came instead.</summary>
public readonly record struct ProtocolError(ProtocolErrorKind Kind, byte Got = 0)
{
    /// <summary>Redis's error, code included ("ERR Protocol error: ..."), as ReplyWriter.Error takes it.</summary>
    public ReadOnlySpan<byte> Text => Kind switch
    {
        ProtocolErrorKind.TooBigInline => "ERR Protocol error: too big inline request"u8,
        ProtocolErrorKind.UnbalancedQuotes => "ERR Protocol error: unbalanced quotes in request"u8,
        ProtocolErrorKind.TooBigMultibulkCount => "ERR Protocol error: too big mbulk count string"u8,
        ProtocolErrorKind.InvalidMultibulkLength => "ERR Protocol error: invalid multibulk length"u8,
        ProtocolErrorKind.UnauthenticatedMultibulkLength => "ERR Protocol error: unauthenticated multibulk length"u8,
        ProtocolErrorKind.TooBigBulkCount => "ERR Protocol error: too big bulk count string"u8,
        ProtocolErrorKind.ExpectedDollar => ExpectedDollarText(),
        ProtocolErrorKind.InvalidBulkLength => "ERR Protocol error: invalid bulk length"u8,
        ProtocolErrorKind.UnauthenticatedBulkLength => "ERR Protocol error: unauthenticated bulk length"u8,
        _ => default,
    };

    private byte[] ExpectedDollarText() => [.. "ERR Protocol error: expected '$', got '"u8, Got, (byte)'\''];
}
