using FastShard.Memory;

namespace FastShard.Engine.Keys;

/// <summary>The names of encodings, as OBJECT ENCODING replies them.</summary>
public static class EncodingNames
{
    /// <summary>The name of how an entry keeps its value.</summary>
    public static ReadOnlySpan<byte> Of(in Entry entry) => entry.Encoding switch
    {
        ValueEncoding.Raw => "raw"u8,
        ValueEncoding.Int => "int"u8,
        ValueEncoding.EmbStr => "embstr"u8,
        ValueEncoding.ListPack => "listpack"u8,
        ValueEncoding.IntSet => "intset"u8,
        ValueEncoding.ListPackEx => "listpackex"u8,
        ValueEncoding.HashTable => "hashtable"u8,
        ValueEncoding.QuickList => "quicklist"u8,
        ValueEncoding.SkipList => "skiplist"u8,
        ValueEncoding.Stream => "stream"u8,
        _ => "unknown"u8,
    };
}
