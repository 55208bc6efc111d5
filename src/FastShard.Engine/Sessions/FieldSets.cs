using FastShard.Engine.Text;

namespace FastShard.Engine.Sessions;

/// <summary>
/// The lists of field names that a client has prepared for HIMPORT SET, by name. They are the connection's alone, and
/// change only while none of its commands runs on a shard.
/// </summary>
public sealed class FieldSets
{
    // About what the objects of a list, and those of a name, take.
    private const int SetBytes = 120;
    private const int NameBytes = 32;

    private readonly Dictionary<byte[], byte[][]> _sets = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], byte[][]>.AlternateLookup<ReadOnlySpan<byte>> _byName;

    /// <summary>Without any list.</summary>
    public FieldSets() => _byName = _sets.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Bytes held for them.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>The names in their order; null where nothing of that name was prepared.</summary>
    public byte[][]? Find(ReadOnlySpan<byte> name) => _byName.TryGetValue(name, out byte[][]? fields) ? fields : null;

    /// <summary>Keeps a list, in the place of one of the same name; the names are all different.</summary>
    public void Put(ReadOnlySpan<byte> name, byte[][] fields)
    {
        Remove(name);
        byte[] key = name.ToArray();
        _sets[key] = fields;
        AllocatedBytes += BytesOf(key, fields);
    }

    /// <summary>False where there is none of that name.</summary>
    public bool Remove(ReadOnlySpan<byte> name)
    {
        if (!_byName.Remove(name, out byte[]? key, out byte[][]? fields)) return false;
        AllocatedBytes -= BytesOf(key, fields);
        return true;
    }

    /// <summary>Removes all, and returns how many there were.</summary>
    public int Clear()
    {
        int count = _sets.Count;
        _sets.Clear();
        AllocatedBytes = 0;
        return count;
    }

    private static long BytesOf(byte[] name, byte[][] fields)
    {
        long bytes = SetBytes + name.Length;
        foreach (byte[] field in fields) bytes += NameBytes + field.Length;
        return bytes;
    }
}
