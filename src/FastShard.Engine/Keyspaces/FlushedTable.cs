using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// The keys of a flushed database, which nobody can reach any more, until their memory is given back.
/// </summary>
internal sealed class FlushedTable
{
    private readonly KeyTable _table;
    private readonly long _bytesAtFirst;
    private readonly long _keysAtFirst;

    /// <summary>Takes all keys out of <paramref name="live"/>, in no time.</summary>
    public FlushedTable(KeyTable live)
    {
        for (int slot = live.NextSlot(0); slot >= 0; slot = live.NextSlot(slot + 1))
            _bytesAtFirst += live.SlotBytes(slot);
        KeyCount = _keysAtFirst = live.Count;
        _table = live.Detach();
    }

    /// <summary>Keys not freed yet.</summary>
    public long KeyCount { get; private set; }

    /// <summary>About how many bytes they take: each key an equal share, and the table until its end.</summary>
    public long Bytes =>
        KeyCount == 0 ? 0 : (long)(_bytesAtFirst * ((double)KeyCount / _keysAtFirst)) + KeyTable.FixedBytes;

    /// <summary>Frees some keys; true when all is freed, and the object is at its end.</summary>
    public bool ReclaimSome(int budgetEntries)
    {
        bool isEmpty = _table.ReclaimSome(budgetEntries);
        KeyCount = isEmpty ? 0 : _table.Count;
        return isEmpty;
    }
}
