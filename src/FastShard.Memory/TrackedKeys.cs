using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>
/// The keys of one shard that clients have read and keep, each with the ids of those clients. It is a table like those
/// of the databases, in a heap of its own so that snapshots and eviction never come across it: a key's value is the
/// ids, 8 bytes each, so a million of tracked keys is nothing to the garbage collector. As in Redis a key is tracked by
/// its name alone, whatever its database.
/// </summary>
public sealed class TrackedKeys : IDisposable
{
    private const int IdBytes = sizeof(long);

    private readonly ShardHeap _heap = new();
    private readonly KeyTable _table;
    private ulong _randomState = (ulong)KeyHash.Seed | 1;
    private long _items;

    public TrackedKeys() => _table = new KeyTable(_heap);

    /// <summary>Keys that are tracked.</summary>
    public long Count => _table.Count;

    /// <summary>Ids under all keys.</summary>
    public long Items => _items;

    /// <summary>Native memory, bytes.</summary>
    public long UsedBytes => _heap.UsedBytes;

    /// <summary>A client has read the key, and will be told once when that changes.</summary>
    public void Add(ReadOnlySpan<byte> key, ulong hash, int slot, long clientId)
    {
        if (!_table.TryFind(slot, hash, key, out Entry entry))
        {
            entry = _table.Insert(
                slot, hash, key, ValueType.String, ValueEncoding.Raw, IdBytes, expiryMillis: 0);
            MemoryMarshal.Write(_table.Mutable(ref entry), clientId);
            _items++;
            return;
        }
        int length = entry.ValueLength;
        if (MemoryMarshal.Cast<byte, long>(entry.Value).Contains(clientId)) return;
        _table.Resize(ref entry, length + IdBytes);
        MemoryMarshal.Write(_table.Mutable(ref entry)[length..], clientId);
        _items++;
    }

    /// <summary>Forgets the key; the ids that stood under it are appended to <paramref name="clientIds"/>.</summary>
    public void Take(ReadOnlySpan<byte> key, ulong hash, int slot, List<long> clientIds)
    {
        if (!_table.TryFind(slot, hash, key, out Entry entry)) return;
        clientIds.AddRange(MemoryMarshal.Cast<byte, long>(entry.Value));
        _items -= entry.ValueLength / IdBytes;
        _table.Remove(ref entry);
    }

    /// <summary>The name of some tracked key; empty when there is none.</summary>
    public ReadOnlySpan<byte> AnyKey()
    {
        Span<Entry> sample = stackalloc Entry[1];
        return _table.Sample(ref _randomState, volatileOnly: false, sample) == 0 ? default : sample[0].Key;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _table.Clear();
        _items = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _heap.Dispose();
}
