namespace FastShard.Persistence.Rdb;

/// <summary>What the first byte says where a length is expected and something else stands.</summary>
internal static class RdbEncoding
{
    /// <summary>The two highest bits of what is no length.</summary>
    public const byte Special = 0xC0;

    public const byte Int8 = 0;
    public const byte Int16 = 1;
    public const byte Int32 = 2;
    public const byte Lzf = 3;
}
