using FastShard.Memory;

namespace FastShard.Engine.Sets;

/// <summary>Goes through all members of a set, however it is kept. The set must not change meanwhile.</summary>
internal ref struct SetWalk
{
    private readonly ValueEncoding _encoding;
    private readonly ReadOnlySpan<byte> _packed;
    private FieldWalk _fields;
    private int _at;

    public SetWalk(scoped in SetValue set)
    {
        _encoding = set.Entry.Encoding;
        if (_encoding == ValueEncoding.HashTable) _fields = set.Table.Walk();
        else _packed = set.Entry.Value;
        _at = _encoding == ValueEncoding.IntSet ? 0 : Listpack.First;
    }

    /// <summary>The member that the walk stands at.</summary>
    public PackElement Current { get; private set; }

    public readonly SetWalk GetEnumerator() => this;

    public bool MoveNext()
    {
        switch (_encoding)
        {
            case ValueEncoding.IntSet:
                if (_at >= IntSet.Count(_packed)) return false;
                Current = PackElement.OfInteger(IntSet.Get(_packed, _at++));
                return true;
            case ValueEncoding.ListPack:
                if (Listpack.IsEnd(_packed, _at)) return false;
                Current = Listpack.Get(_packed, _at);
                _at = Listpack.Next(_packed, _at);
                return true;
            default:
                if (!_fields.MoveNext()) return false;
                Current = _fields.Current.FieldElement;
                return true;
        }
    }
}
