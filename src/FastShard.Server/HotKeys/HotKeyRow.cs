namespace FastShard.Server.HotKeys;

/// <summary>One key that a sketch follows; its name lies beside the rows.</summary>
internal struct HotKeyRow
{
    /// <summary>Hash of key and database together: who it is.</summary>
    public ulong Id;

    /// <summary>Hash of the key, by which its table finds it.</summary>
    public ulong Hash;

    /// <summary>What was counted for it.</summary>
    public long Weight;

    /// <summary>Bytes that a command on it moves, request and reply: a moving average.</summary>
    public int Bytes;

    public short Slot;

    public short Database;

    /// <summary>Bytes of the name that are kept.</summary>
    public byte NameBytes;

    /// <summary>The name is longer than what is kept of it.</summary>
    public bool IsCut;
}
