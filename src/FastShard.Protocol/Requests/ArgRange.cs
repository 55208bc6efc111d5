namespace FastShard.Protocol;

/// <summary>
/// Where an argument lies. <paramref name="Offset"/> &gt;= 0: a byte offset into the receive buffer (NativeBuffer.All).
/// Offset &lt; 0: ~Offset is an index into the blobs of the <see cref="ArgList"/>.
/// </summary>
public readonly record struct ArgRange(int Offset, int Length)
{
    public bool IsBlob => Offset < 0;
}
