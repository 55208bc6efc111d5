namespace FastShard.Server.HotKeys;

/// <summary>The few largest of what samples met on one shard. What was not met for long is forgotten.</summary>
internal sealed class LargestKeys
{
    private const int Count = 16;
    private const long KeptMillis = 10 * 60 * 1000;
    private const int NameBytesMax = 256;

    private readonly LargestKey[] _keys = Array.ConvertAll(new LargestKey?[Count], static _ => new LargestKey());
    private long _least;

    /// <summary>Those that are there, in no order.</summary>
    public IEnumerable<LargestKey> All
    {
        get
        {
            foreach (LargestKey key in _keys)
            {
                if (key.Bytes > 0) yield return key;
            }
        }
    }

    /// <summary>A key was met with so many bytes.</summary>
    public void Note(ulong id, int slot, int database, ReadOnlySpan<byte> name, long bytes, long nowMillis)
    {
        if (bytes <= _least && !IsKnown(id)) return;
        LargestKey place = _keys[0];
        foreach (LargestKey key in _keys)
        {
            if (key.Id == id && key.Bytes > 0)
            {
                place = key;
                break;
            }
            if (key.Bytes < place.Bytes) place = key;
        }
        if (place.Id != id || place.Bytes == 0) place.Name = name[..Math.Min(name.Length, NameBytesMax)].ToArray();
        (place.Id, place.Slot, place.Database) = (id, slot, database);
        (place.Bytes, place.SeenMillis) = (bytes, nowMillis);
        SetLeast();
    }

    /// <summary>Forgets what has not been met for long.</summary>
    public void Age(long nowMillis)
    {
        foreach (LargestKey key in _keys)
        {
            if (nowMillis - key.SeenMillis > KeptMillis) key.Bytes = 0;
        }
        SetLeast();
    }

    public void Clear()
    {
        foreach (LargestKey key in _keys) key.Bytes = 0;
        _least = 0;
    }

    // A loop: this is asked of every sample, and what a lambda captures would be allocated.
    private bool IsKnown(ulong id)
    {
        foreach (LargestKey key in _keys)
        {
            if (key.Id == id && key.Bytes > 0) return true;
        }
        return false;
    }

    private void SetLeast()
    {
        _least = long.MaxValue;
        foreach (LargestKey key in _keys) _least = Math.Min(_least, key.Bytes);
    }
}
