using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Persistence.Objects;

/// <summary>Where an object goes: a missing key, its deadline, and the limits that choose its encoding.</summary>
public readonly ref struct ObjectTarget(Key key, long expiryMillis, EncodingLimits limits)
{
    public Key Key { get; } = key;

    /// <summary>Deadline in milliseconds since 1970, 0 = none.</summary>
    public long ExpiryMillis { get; } = expiryMillis;

    public EncodingLimits Limits { get; } = limits;

    public KeyTable Table => Key.Home.Table;

    /// <summary>Makes the key with a value that is one block of bytes.</summary>
    internal void Insert(Memory.ValueType type, ValueEncoding encoding, ReadOnlySpan<byte> value)
    {
        Entry entry = Key.Home.Insert(Key, type, encoding, value.Length, ExpiryMillis);
        value.CopyTo(Table.Mutable(ref entry));
    }

    /// <summary>Makes the key with a structure, which is empty.</summary>
    internal StructureHandle InsertStructure(Memory.ValueType type, ValueEncoding encoding, int rootBytes)
    {
        Entry entry = Key.Home.Insert(Key, type, encoding, rootBytes, ExpiryMillis);
        StructureHandle handle = Table.Structure(entry);
        handle.Clear(rootBytes);
        return handle;
    }

    /// <summary>Gives the key its deadline where it was made without.</summary>
    internal void SetExpiry()
    {
        if (ExpiryMillis == 0 || !TryFind(out Entry entry)) return;
        if (entry.ExpiryMillis != ExpiryMillis) Table.SetExpiry(ref entry, ExpiryMillis);
    }

    /// <summary>Finds what was made of the key so far.</summary>
    internal bool TryFind(out Entry entry) => Table.TryFind(Key.Slot, Key.Hash, Key.Bytes, out entry);

    /// <summary>Removes what was made of the key so far.</summary>
    internal void Discard()
    {
        if (TryFind(out Entry entry)) Table.Remove(ref entry);
    }
}
