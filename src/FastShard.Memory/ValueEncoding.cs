namespace FastShard.Memory;

/// <summary>How the value area of an entry is to be read. Four bits of the entry's header.</summary>
public enum ValueEncoding : byte
{
    /// <summary>Bytes as they came.</summary>
    Raw = 0,

    /// <summary>A 64-bit integer, 8 bytes little endian.</summary>
    Int = 1,

    /// <summary>Bytes as they came, short ones that were never changed in place (OBJECT ENCODING's "embstr").</summary>
    EmbStr = 2,

    /// <summary>
    /// A listpack: all elements packed one after the other, fields and values (members and scores) in turn.
    /// </summary>
    ListPack = 3,

    /// <summary>A set of integers: sorted, all of the width that the widest needs.</summary>
    IntSet = 4,

    /// <summary>A listpack of a hash whose fields may have deadlines: field, value, deadline in turn.</summary>
    ListPackEx = 5,

    /// <summary>
    /// A hash table of fields or members. This and the following are structures: the value is a root.
    /// </summary>
    HashTable = 8,

    /// <summary>A list of listpacks.</summary>
    QuickList = 9,

    /// <summary>A sorted set ordered by score and member ("skiplist" to clients, whatever it is made of).</summary>
    SkipList = 10,

    /// <summary>A stream.</summary>
    Stream = 11,
}
