namespace FastShard.Memory;

/// <summary>Walks the live entries of a stream between two ids, both included, in either direction.</summary>
/// <remarks>
/// SAFETY: made from a handle that the table gave. OWNER: the stream owns what is read. LIVES: until the stream
/// changes.
/// </remarks>
public unsafe ref struct StreamEntryReader
{
    private readonly StreamId _first;
    private readonly StreamId _last;
    private readonly bool _isBackwards;
    private TreeCursor _nodes;
    private ReadOnlySpan<byte> _pack;
    private StreamId _master;
    private int _masterFields;
    private int _fieldsAt;

    /// <summary>Where the entry is that was read last; backwards at first the end, forwards at first -1.</summary>
    private int _at;

    private PackedEntry _entry;
    private int _pairsLeft;
    private int _fieldAt;
    private int _valueAt;

    /// <summary>A walk over an entry's stream.</summary>
    public StreamEntryReader(scoped in StructureHandle stream, StreamId first, StreamId last, bool isBackwards)
        : this((StreamRoot*)stream.Root, first, last, isBackwards)
    {
    }

    internal StreamEntryReader(StreamRoot* root, StreamId first, StreamId last, bool isBackwards)
    {
        _first = first;
        _last = last;
        _isBackwards = isBackwards;
        if (root->Structure.Count == 0 || first > last) return;
        if (isBackwards)
        {
            _nodes = TreeCursor.AtMost(root->Nodes, last, NodeItem.Bytes);
        }
        else
        {
            _nodes = TreeCursor.AtMost(root->Nodes, first, NodeItem.Bytes);
            if (_nodes.IsEnd) _nodes = TreeCursor.First(root->Nodes, NodeItem.Bytes);
        }
        if (!_nodes.IsEnd) OpenNode();
    }

    /// <summary>The entry's id.</summary>
    public readonly StreamId Id => _entry.Id;

    /// <summary>Pairs of a field and a value in the entry.</summary>
    public readonly int FieldCount => _entry.Fields;

    internal readonly NodeItem* Node => (NodeItem*)_nodes.Item;

    internal readonly int EntryAt => _entry.At;

    /// <summary>Goes to the next entry; false when there is none.</summary>
    public bool MoveNext()
    {
        while (!_nodes.IsEnd)
        {
            while (_isBackwards ? StepBack() : Step())
            {
                if (_entry.IsDeleted) continue;
                if (_isBackwards ? _entry.Id > _last : _entry.Id < _first) continue;
                if (_isBackwards ? _entry.Id < _first : _entry.Id > _last)
                {
                    _nodes = default;
                    return false;
                }
                _pairsLeft = _entry.Fields;
                _fieldAt = _entry.HasSameFields ? _fieldsAt : _entry.ContentAt;
                _valueAt = _entry.ContentAt;
                return true;
            }
            if (_isBackwards) _nodes.MovePrevious();
            else _nodes.MoveNext();
            if (!_nodes.IsEnd) OpenNode();
        }
        return false;
    }

    /// <summary>The entry's next field with its value; false behind the last.</summary>
    public bool TryNextPair(out PackElement field, out PackElement value)
    {
        if (_pairsLeft <= 0)
        {
            field = default;
            value = default;
            return false;
        }
        _pairsLeft--;
        if (_entry.HasSameFields)
        {
            field = Listpack.Get(_pack, _fieldAt);
            _fieldAt = Listpack.Next(_pack, _fieldAt);
        }
        else
        {
            field = Listpack.Get(_pack, _valueAt);
            _valueAt = Listpack.Next(_pack, _valueAt);
        }
        value = Listpack.Get(_pack, _valueAt);
        _valueAt = Listpack.Next(_pack, _valueAt);
        return true;
    }

    private void OpenNode()
    {
        NodeItem* node = (NodeItem*)_nodes.Item;
        _pack = StreamNodes.Pack(node);
        _master = node->MasterId;
        int at = StreamPack.FieldCountAt(_pack);
        _masterFields = (int)StreamPack.Integer(_pack, at);
        _fieldsAt = Listpack.Next(_pack, at);
        _at = _isBackwards ? Listpack.EndOf(_pack) : -1;
    }

    private bool Step()
    {
        if (_at < 0)
        {
            _at = _fieldsAt;
            for (int left = _masterFields; left >= 0; left--) _at = Listpack.Next(_pack, _at);
        }
        else
        {
            // Whoever read all pairs stands before the last element already.
            _at = _pairsLeft == 0 ? Listpack.Next(_pack, _valueAt) : _entry.Skip(_pack);
        }
        return !Listpack.IsEnd(_pack, _at) && ReadEntry();
    }

    private bool StepBack()
    {
        int at = Listpack.Previous(_pack, _at);
        long elements = StreamPack.Integer(_pack, at);
        // The master entry ends with 0.
        if (elements == 0) return false;
        for (; elements > 0; elements--) at = Listpack.Previous(_pack, at);
        _at = at;
        return ReadEntry();
    }

    private bool ReadEntry()
    {
        _entry = PackedEntry.Read(_pack, _at, _master, _masterFields);
        _pairsLeft = -1;
        return true;
    }
}
