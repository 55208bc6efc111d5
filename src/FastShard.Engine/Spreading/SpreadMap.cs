using FastShard.Memory;

namespace FastShard.Engine.Spreading;

/// <summary>
/// The keys that are spread at the moment, by slot and hash. Changed while all shards are held, read by each shard's
/// holder: for a key of another slot the answer costs one bit.
/// </summary>
public sealed class SpreadMap
{
    private readonly ulong[] _slots = new ulong[KeySlot.Count / 64];
    private readonly ulong[] _copySlots = new ulong[KeySlot.Count / 64];
    private readonly List<SpreadKey> _keys = [];
    private readonly Dictionary<ulong, SpreadKey> _byId = [];

    /// <summary>All of them.</summary>
    public IReadOnlyList<SpreadKey> Keys => _keys;

    public int Count => _keys.Count;

    /// <summary>False where no key of the slot is spread.</summary>
    public bool HasSlot(int slot) => (_slots[slot >> 6] >> (slot & 63) & 1) != 0;

    /// <summary>Whether a key of the slot is in its table and copied elsewhere: it is not to go unseen.</summary>
    public bool HasCopyIn(int slot) => (_copySlots[slot >> 6] >> (slot & 63) & 1) != 0;

    /// <summary>The key, if it is spread.</summary>
    public SpreadKey? Find(int slot, ulong hash, ReadOnlySpan<byte> name, int database)
    {
        if (!HasSlot(slot) || !_byId.TryGetValue(IdOf(hash, database), out SpreadKey? key)) return null;
        return name.SequenceEqual(key.Name) ? key : null;
    }

    /// <summary>The key of whichever database, if it is spread in any.</summary>
    public SpreadKey? FindAny(int slot, ulong hash, ReadOnlySpan<byte> name)
    {
        if (!HasSlot(slot)) return null;
        foreach (SpreadKey key in _keys)
        {
            if (key.Hash == hash && name.SequenceEqual(key.Name)) return key;
        }
        return null;
    }

    /// <summary>Whether there is no other key that could be taken for this one.</summary>
    public bool HasRoomFor(SpreadKey key) => !_byId.ContainsKey(IdOf(key.Hash, key.Database));

    /// <summary>A key was spread.</summary>
    public void Add(SpreadKey key)
    {
        _keys.Add(key);
        _byId.Add(IdOf(key.Hash, key.Database), key);
        Mark(key);
    }

    /// <summary>It is together again.</summary>
    public void Remove(SpreadKey key)
    {
        _keys.Remove(key);
        _byId.Remove(IdOf(key.Hash, key.Database));
        Array.Clear(_slots);
        Array.Clear(_copySlots);
        foreach (SpreadKey other in _keys) Mark(other);
    }

    private static ulong IdOf(ulong hash, int database) => hash ^ ((ulong)(uint)database * 0x9E3779B97F4A7C15);

    private void Mark(SpreadKey key)
    {
        _slots[key.Slot >> 6] |= 1UL << (key.Slot & 63);
        if (key.Kind == SpreadKinds.Copy) _copySlots[key.Slot >> 6] |= 1UL << (key.Slot & 63);
    }
}
