namespace FastShard.Persistence.Rdb;

/// <summary>What stands in a file where no type of an object does.</summary>
internal static class RdbOpcode
{
    /// <summary>Valkey's note on a slot's size: three numbers.</summary>
    public const byte SlotInfo = 244;

    /// <summary>A library of functions: one text.</summary>
    public const byte Function2 = 245;

    /// <summary>The same as release candidates of 7.0 wrote it.</summary>
    public const byte FunctionEarly = 246;

    /// <summary>A module's own, outside of keys.</summary>
    public const byte ModuleAux = 247;

    /// <summary>The next key's idle time: a number of seconds.</summary>
    public const byte Idle = 248;

    /// <summary>The next key's frequency of use: one byte.</summary>
    public const byte Frequency = 249;

    /// <summary>A name and a value about the file: two texts.</summary>
    public const byte Aux = 250;

    /// <summary>How many keys a database has, and how many of them a deadline.</summary>
    public const byte ResizeDatabase = 251;

    /// <summary>The next key's deadline in milliseconds.</summary>
    public const byte ExpiryMillis = 252;

    /// <summary>The next key's deadline in seconds.</summary>
    public const byte ExpirySeconds = 253;

    /// <summary>The database of the keys that follow.</summary>
    public const byte SelectDatabase = 254;

    /// <summary>The end; the checksum follows.</summary>
    public const byte End = 255;

    /// <summary>Types of objects are all below this.</summary>
    public const byte FirstOpcode = SlotInfo;
}
