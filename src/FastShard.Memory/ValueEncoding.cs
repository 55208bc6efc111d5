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
}
