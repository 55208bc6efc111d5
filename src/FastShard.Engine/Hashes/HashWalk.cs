using FastShard.Memory;

namespace FastShard.Engine.Hashes;

/// <summary>
/// Goes through all fields of a hash, however it is kept, passed deadlines included. The hash must not change
/// meanwhile.
/// </summary>
internal ref struct HashWalk
{
    private readonly ValueEncoding _encoding;
    private readonly ReadOnlySpan<byte> _pack;
    private FieldWalk _fields;
    private int _at;

    public HashWalk(scoped in HashValue hash)
    {
        _encoding = hash.Entry.Encoding;
        if (_encoding == ValueEncoding.HashTable)
        {
            _fields = hash.Table.Walk();
            return;
        }
        _pack = hash.Entry.Value;
        _at = HashPack.FirstField(_pack, _encoding);
    }

    /// <summary>The field that the walk stands at.</summary>
    public PackElement Field { get; private set; }

    /// <summary>Its value.</summary>
    public PackElement Value { get; private set; }

    /// <summary>Its deadline, 0 if none.</summary>
    public long DeadlineMillis { get; private set; }

    /// <summary>Goes to the next field; false behind the last.</summary>
    public bool MoveNext()
    {
        if (_encoding == ValueEncoding.HashTable)
        {
            if (!_fields.MoveNext()) return false;
            FieldEntry entry = _fields.Current;
            Field = entry.FieldElement;
            Value = entry.ValueElement;
            DeadlineMillis = entry.DeadlineMillis;
            return true;
        }
        if (Listpack.IsEnd(_pack, _at)) return false;
        Field = Listpack.Get(_pack, _at);
        _at = Listpack.Next(_pack, _at);
        Value = Listpack.Get(_pack, _at);
        _at = Listpack.Next(_pack, _at);
        if (_encoding != ValueEncoding.ListPackEx) return true;
        DeadlineMillis = Listpack.Get(_pack, _at).Integer;
        _at = Listpack.Next(_pack, _at);
        return true;
    }

    /// <summary>As <see cref="MoveNext"/>, passing over fields whose deadline has passed.</summary>
    public bool MoveNextLive(long nowMillis)
    {
        while (MoveNext())
        {
            if (DeadlineMillis == 0 || DeadlineMillis > nowMillis) return true;
        }
        return false;
    }
}
