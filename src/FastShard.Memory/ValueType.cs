namespace FastShard.Memory;

/// <summary>What a key holds. Four bits of the entry's header; the numbers are those of RDB's object types.</summary>
public enum ValueType : byte
{
    /// <summary>Bytes, or an integer kept as one.</summary>
    String = 0,

    /// <summary>A list.</summary>
    List = 1,

    /// <summary>A set.</summary>
    Set = 2,

    /// <summary>A sorted set.</summary>
    SortedSet = 3,

    /// <summary>A hash.</summary>
    Hash = 4,

    /// <summary>A stream.</summary>
    Stream = 5,
}
