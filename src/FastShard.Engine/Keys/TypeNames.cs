namespace FastShard.Engine.Keys;

/// <summary>The names of value types, as TYPE replies and SCAN's TYPE option takes them.</summary>
public static class TypeNames
{
    /// <summary>The name of a type.</summary>
    public static ReadOnlySpan<byte> Of(Memory.ValueType type) => type switch
    {
        Memory.ValueType.String => "string"u8,
        Memory.ValueType.List => "list"u8,
        Memory.ValueType.Set => "set"u8,
        Memory.ValueType.SortedSet => "zset"u8,
        Memory.ValueType.Hash => "hash"u8,
        Memory.ValueType.Stream => "stream"u8,
        _ => "unknown"u8,
    };
}
