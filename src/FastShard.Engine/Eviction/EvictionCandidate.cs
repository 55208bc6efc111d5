namespace FastShard.Engine.Eviction;

/// <summary>
/// A key that was sampled and not evicted at once. Its name is copied, because entries move and vanish between two
/// looks; the copy's room is used again for the next one.
/// </summary>
internal sealed class EvictionCandidate
{
    private byte[] _key = [];
    private int _keyLength;

    /// <summary>How much it deserved to be evicted when it was sampled.</summary>
    public ulong Coldness { get; private set; }

    /// <summary>The database's number.</summary>
    public int Database { get; private set; }

    /// <summary>The key's slot.</summary>
    public int Slot { get; private set; }

    /// <summary>The key's hash.</summary>
    public ulong Hash { get; private set; }

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>Takes another key's place.</summary>
    public void Set(ulong coldness, int database, int slot, ulong hash, ReadOnlySpan<byte> key)
    {
        Coldness = coldness;
        Database = database;
        Slot = slot;
        Hash = hash;
        if (_key.Length < key.Length) _key = new byte[Math.Max(key.Length, 32)];
        key.CopyTo(_key);
        _keyLength = key.Length;
    }
}
