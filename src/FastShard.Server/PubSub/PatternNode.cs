namespace FastShard.Server.PubSub;

/// <summary>
/// A node of the radix trees in <see cref="PatternIndex"/>: the bytes that lead to it from its parent, and what is
/// kept where they end. Children differ in the first byte and are sorted by it.
/// </summary>
internal sealed class PatternNode
{
    private byte[] _label;
    private PatternNode[] _children = [];
    private PatternNode? _parent;

    private PatternNode(byte[] label, PatternNode? parent)
    {
        _label = label;
        _parent = parent;
    }

    /// <summary>In the tree of prefixes: the suffixes of the patterns with this prefix.</summary>
    public PatternNode? Suffixes { get; set; }

    /// <summary>In a tree of suffixes: the patterns with this prefix and suffix.</summary>
    public List<Topic>? Topics { get; set; }

    private bool IsBare => Topics is null && Suffixes is null;

    /// <summary>Nothing is in this tree.</summary>
    public bool IsEmpty => IsBare && _children.Length == 0;

    public static PatternNode NewRoot() => new([], null);

    /// <summary>
    /// The child on the way along a text of which so many bytes are passed; null when the way ends here.
    /// </summary>
    public PatternNode? Next(ReadOnlySpan<byte> text, bool isFromEnd, ref int passed)
    {
        if (passed == text.Length || _children.Length == 0) return null;
        byte first = isFromEnd ? text[text.Length - 1 - passed] : text[passed];
        int position = Find(first);
        if (position < 0) return null;
        PatternNode child = _children[position];
        if (!child.Fits(text, isFromEnd, passed)) return null;
        passed += child._label.Length;
        return child;
    }

    /// <summary>The node at a path, made if it is missing.</summary>
    public PatternNode Reach(ReadOnlySpan<byte> path)
    {
        PatternNode node = this;
        while (!path.IsEmpty)
        {
            int position = node.Find(path[0]);
            if (position < 0) return node.Insert(~position, new PatternNode(path.ToArray(), node));
            PatternNode child = node._children[position];
            int common = path.CommonPrefixLength(child._label);
            if (common < child._label.Length) child = child.Split(common);
            node = child;
            path = path[common..];
        }
        return node;
    }

    /// <summary>Takes the node out if nothing is kept at it or below it, and what becomes needless above it.</summary>
    public void Prune()
    {
        PatternNode node = this;
        while (node is { IsBare: true, _parent: { } parent })
        {
            if (node._children.Length > 1) return;
            if (node._children.Length == 1)
            {
                node.MergeIntoChild(parent);
                return;
            }
            int position = parent.Find(node._label[0]);
            parent._children = [.. parent._children.AsSpan(0, position), .. parent._children.AsSpan(position + 1)];
            node = parent;
        }
    }

    private void MergeIntoChild(PatternNode parent)
    {
        PatternNode child = _children[0];
        child._label = [.. _label, .. child._label];
        child._parent = parent;
        parent._children[parent.Find(_label[0])] = child;
    }

    // A new node takes the place of this one, with the first bytes of its label; this one goes below it.
    private PatternNode Split(int length)
    {
        var upper = new PatternNode(_label[..length], _parent) { _children = [this] };
        _parent!._children[_parent.Find(_label[0])] = upper;
        _label = _label[length..];
        _parent = upper;
        return upper;
    }

    private PatternNode Insert(int position, PatternNode child)
    {
        _children = [.. _children.AsSpan(0, position), child, .. _children.AsSpan(position)];
        return child;
    }

    private bool Fits(ReadOnlySpan<byte> text, bool isFromEnd, int passed)
    {
        if (text.Length - passed < _label.Length) return false;
        if (!isFromEnd) return text[passed..].StartsWith(_label);
        for (int index = 0; index < _label.Length; index++)
        {
            if (text[text.Length - 1 - passed - index] != _label[index]) return false;
        }
        return true;
    }

    private int Find(byte first)
    {
        int low = 0;
        int high = _children.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = _children[middle]._label[0] - first;
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
