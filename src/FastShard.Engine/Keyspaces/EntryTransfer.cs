using FastShard.Engine.Expiry;
using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// Carries a value of any type from one key to another, also between databases and shards: RENAME, COPY and MOVE. A
/// blob changes hands by its reference, an inline value by its bytes, a structure by its root where the heap stays the
/// same. Structures know themselves how they are copied.
/// </summary>
public static class EntryTransfer
{
    /// <summary>
    /// Gives <paramref name="target"/>, which must not exist, a copy of the value and deadline. Entries in hand become
    /// invalid; the copy's access clock starts anew.
    /// </summary>
    public static void Copy(in Key sourceKey, in Entry source, in Key target)
    {
        if (source.IsStructure)
        {
            Entry copy = InsertLike(source, target);
            target.Home.Table.CopyStructure(sourceKey.Home.Table, source, copy);
        }
        else
        {
            Store(source, target);
        }
        FieldExpiry.Adopt(target);
    }

    /// <summary>
    /// Takes the value away from its key and gives it to <paramref name="target"/>, whose old value goes. Deadline and
    /// access clock move with it. Entries in hand become invalid.
    /// </summary>
    public static void Move(in Key sourceKey, in Entry source, in Key target)
    {
        uint clock = source.AccessClock;
        if (target.Home.TryPeek(target, out Entry old)) target.Home.Table.Remove(ref old);
        // What was removed may have lain in the same slot: the index cell is looked up again.
        if (!sourceKey.Home.Table.TryFind(sourceKey.Slot, sourceKey.Hash, sourceKey.Bytes, out Entry current)) return;
        Entry moved = current.IsStructure ? Take(sourceKey, current, target) : Store(current, target);
        moved.SetAccessClock(clock);
        if (sourceKey.Home.Table.TryFind(sourceKey.Slot, sourceKey.Hash, sourceKey.Bytes, out current))
            sourceKey.Home.Table.Remove(ref current);
        FieldExpiry.Adopt(target);
    }

    private static Entry Take(in Key sourceKey, in Entry source, in Key target)
    {
        Entry moved = InsertLike(source, target);
        target.Home.Table.TakeStructure(sourceKey.Home.Table, source, moved);
        return moved;
    }

    private static Entry InsertLike(in Entry source, in Key target) =>
        target.Home.Insert(target, source.Type, source.Encoding, source.ValueLength, source.ExpiryMillis);

    private static Entry Store(in Entry source, in Key target)
    {
        if (source.IsBlob)
        {
            Blob blob = source.Blob;
            blob.AddRef();
            return target.Home.InsertBlob(target, source.Type, source.Encoding, blob, source.ExpiryMillis);
        }
        // The value is copied twice, because the insertion may not read from the table that it changes.
        Span<byte> value = stackalloc byte[source.ValueLength];
        source.Value.CopyTo(value);
        Entry stored = target.Home.Insert(target, source.Type, source.Encoding, value.Length, source.ExpiryMillis);
        value.CopyTo(target.Home.Table.Mutable(ref stored));
        return stored;
    }
}
