using FastShard.Protocol;

namespace FastShard.Server.Tracking;

/// <summary>
/// Keys with one prefix that changed on one shard since its news were posted last: each once, with the client that
/// changed it if that does not want to hear of its own changes.
/// </summary>
internal sealed class ChangedKeys
{
    private readonly List<ChangedKey> _keys = [];
    private readonly Dictionary<ulong, int> _places = [];

    /// <summary>Whether any of them was changed by a client of NOLOOP.</summary>
    public bool HasAuthors { get; private set; }

    /// <summary>A key was changed; <paramref name="author"/> is null where everybody is to hear of it.</summary>
    public void Add(ReadOnlySpan<byte> key, ulong hash, Tracker? author)
    {
        HasAuthors |= author is not null;
        if (_places.TryGetValue(hash, out int place) && key.SequenceEqual(_keys[place].Key))
        {
            // Changed by others too.
            if (!ReferenceEquals(_keys[place].Author, author)) _keys[place] = _keys[place] with { Author = null };
            return;
        }
        _places[hash] = _keys.Count;
        _keys.Add(new ChangedKey(key.ToArray(), author));
    }

    /// <summary>
    /// Writes the array of those that <paramref name="reader"/> is to hear of (null: of all). How many.
    /// </summary>
    public int Write(List<byte> output, Tracker? reader)
    {
        int count = 0;
        foreach (ChangedKey key in _keys)
        {
            if (reader is null || !ReferenceEquals(key.Author, reader)) count++;
        }
        if (count == 0) return 0;
        Head(output, (byte)'*', count);
        foreach (ChangedKey key in _keys)
        {
            if (reader is not null && ReferenceEquals(key.Author, reader)) continue;
            Write(output, key.Key);
        }
        return count;
    }

    /// <summary>One key as it stands in the array.</summary>
    public static void Write(List<byte> output, ReadOnlySpan<byte> key)
    {
        Head(output, (byte)'$', key.Length);
        output.AddRange(key);
        output.AddRange("\r\n"u8);
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _keys.Clear();
        _places.Clear();
        HasAuthors = false;
    }

    /// <summary>The line before the elements of an array, or the bytes of a string.</summary>
    public static void Head(List<byte> output, byte kind, int count)
    {
        Span<byte> digits = stackalloc byte[Numbers.MaxInt64Bytes];
        output.Add(kind);
        output.AddRange(digits[..Numbers.FormatInt64(count, digits)]);
        output.AddRange("\r\n"u8);
    }

    private readonly record struct ChangedKey(byte[] Key, Tracker? Author);
}
