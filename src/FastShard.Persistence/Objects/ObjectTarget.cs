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

    /// <summary>Makes the key; its value area is to be filled by the caller.</summary>
    internal Entry Insert(Memory.ValueType type, ValueEncoding encoding, int valueLength) =>
        Key.Home.Insert(Key, type, encoding, valueLength, ExpiryMillis);

    /// <summary>Makes the key with a value that is one block of bytes.</summary>
    internal void Insert(Memory.ValueType type, ValueEncoding encoding, ReadOnlySpan<byte> value)
    {
        Entry entry = Insert(type, encoding, value.Length);
        value.CopyTo(Table.Mutable(ref entry));
    }

    /// <summary>Removes what was made of the key so far.</summary>
    internal void Discard()
    {
        if (Table.TryFind(Key.Slot, Key.Hash, Key.Bytes, out Entry entry)) Table.Remove(ref entry);
    }
}
