using FastShard.Memory;

namespace FastShard.Engine.Hashes;

/// <summary>One field of a hash with its value: a borrow until the hash changes.</summary>
internal readonly ref struct HashField
{
    /// <summary>A field of a table.</summary>
    public HashField(scoped in FieldEntry entry)
    {
        Entry = entry;
        Value = entry.ValueElement;
        DeadlineMillis = entry.DeadlineMillis;
    }

    /// <summary>A field of a pack, by the place of its name.</summary>
    public HashField(ReadOnlySpan<byte> pack, int at, bool hasDeadline)
    {
        At = at;
        int valueAt = Listpack.Next(pack, at);
        Value = Listpack.Get(pack, valueAt);
        if (hasDeadline) DeadlineMillis = Listpack.Get(pack, Listpack.Next(pack, valueAt)).Integer;
    }

    /// <summary>The value.</summary>
    public PackElement Value { get; }

    /// <summary>The deadline in milliseconds since 1970, 0 if none.</summary>
    public long DeadlineMillis { get; }

    /// <summary>The element of a table.</summary>
    public FieldEntry Entry { get; }

    /// <summary>The place in a pack.</summary>
    public int At { get; }

    /// <summary>Whether the field is not there any more for anybody who looks.</summary>
    public bool IsPassed(long nowMillis) => DeadlineMillis != 0 && DeadlineMillis <= nowMillis;
}
