using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// A key on its way through the house: its bytes (a borrow), slot, hash, and the database that owns it.
/// </summary>
public readonly ref struct Key
{
    /// <summary>A key whose slot and hash are known.</summary>
    public Key(ReadOnlySpan<byte> bytes, int slot, ulong hash, Database home)
    {
        Bytes = bytes;
        Slot = slot;
        Hash = hash;
        Home = home;
    }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Hash slot, 0 to 16383.</summary>
    public int Slot { get; }

    /// <summary><see cref="KeyHash"/> of the bytes.</summary>
    public ulong Hash { get; }

    /// <summary>The shard's part of the logical database.</summary>
    public Database Home { get; }
}
