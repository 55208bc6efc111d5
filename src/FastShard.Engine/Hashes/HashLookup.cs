using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;
using FastShard.Memory;
using ValueType = FastShard.Memory.ValueType;

namespace FastShard.Engine.Hashes;

/// <summary>Hashes by their keys, and what is done when one has changed.</summary>
internal static class HashLookup
{
    /// <summary>
    /// Looks a hash up to read it; a missing key is a null hash. False with the error replied where it is no hash.
    /// </summary>
    public static bool TryRead(ref CommandContext context, in Key key, out HashValue hash)
    {
        Lookup lookup = key.Home.Read(key, ValueType.Hash, out Entry entry);
        return Take(ref context, key.Home, lookup, entry, out hash);
    }

    /// <summary>The same for changing it.</summary>
    public static bool TryWrite(ref CommandContext context, in Key key, out HashValue hash)
    {
        Lookup lookup = key.Home.Write(key, ValueType.Hash, out Entry entry);
        return Take(ref context, key.Home, lookup, entry, out hash);
    }

    /// <summary>After fields were removed: reports it, and removes the key with the last of them.</summary>
    public static void Removed(in Key key, ref HashValue hash, KeyEvent change)
    {
        bool isEmpty = hash.Count == 0;
        if (isEmpty) key.Home.Table.Remove(ref hash.Entry);
        key.Home.Modified(key, change);
        if (isEmpty) key.Home.Notify(key, KeyEvent.Del);
    }

    private static bool Take(
        ref CommandContext context, Database home, Lookup lookup, in Entry entry, out HashValue hash)
    {
        hash = lookup == Lookup.Found ? new HashValue(home, entry) : default;
        if (lookup != Lookup.WrongType) return true;
        context.Reply.Error(Errors.WrongType);
        return false;
    }
}
