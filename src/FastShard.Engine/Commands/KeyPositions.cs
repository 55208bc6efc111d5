namespace FastShard.Engine.Commands;

/// <summary>A reusable list of argument indexes that are keys, with what is done to each.</summary>
public sealed class KeyPositions
{
    private int[] _indexes = new int[16];
    private KeyAccess[] _access = new KeyAccess[16];

    /// <summary>How many keys were found.</summary>
    public int Count { get; private set; }

    /// <summary>Argument index of key <paramref name="key"/>.</summary>
    public int this[int key] => _indexes[key];

    /// <summary>What is done to key <paramref name="key"/>.</summary>
    public KeyAccess AccessOf(int key) => _access[key];

    /// <summary>Empties the list and keeps its memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Appends one key.</summary>
    public void Add(int index, KeyAccess access)
    {
        if (Count == _indexes.Length)
        {
            Array.Resize(ref _indexes, Count * 2);
            Array.Resize(ref _access, Count * 2);
        }
        _indexes[Count] = index;
        _access[Count++] = access;
    }
}
