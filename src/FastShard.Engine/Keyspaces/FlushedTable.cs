using FastShard.Memory;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// The keys of a flushed database, which nobody can reach any more, until their memory is given back.
/// </summary>
internal sealed class FlushedTable
{
    private readonly KeyTable _table;
    /// <summary>Takes all keys out of <paramref name="live"/>, in no time.</summary>
    public FlushedTable(KeyTable live)
    {
        KeyCount = live.Count;
        _table = live.Detach();
    }

    /// <summary>Keys not freed yet.</summary>
    public long KeyCount { get; private set; }

    /// <summary>How many bytes they take, and the table until its end.</summary>
    public long Bytes => _table.DetachedBytes;

    /// <summary>Frees some keys; true when all is freed, and the object is at its end.</summary>
    public bool ReclaimSome(int budgetEntries)
    {
        bool isEmpty = _table.ReclaimSome(budgetEntries);
        KeyCount = isEmpty ? 0 : _table.Count;
        return isEmpty;
    }
}
