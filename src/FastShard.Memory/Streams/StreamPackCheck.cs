namespace FastShard.Memory;

/// <summary>Whether bytes from outside are a node of a stream whose entries can be walked in both directions.</summary>
internal static class StreamPackCheck
{
    /// <summary>
    /// True for a well-formed node of at least one live entry, whose ids rise from <paramref name="master"/> on and are
    /// all above <paramref name="last"/>, which then becomes the node's last.
    /// </summary>
    internal static bool IsValid(ReadOnlySpan<byte> pack, StreamId master, ref StreamId last)
    {
        if (!ListpackCheck.IsValid(pack, out int elements)) return false;
        Walk walk = new(pack, elements);
        if (!walk.TryInteger(out long live) || !walk.TryInteger(out long deleted)) return false;
        if (!walk.TryInteger(out long masterFields) || !walk.TrySkip(masterFields)) return false;
        if (!walk.TryInteger(out long terminator) || terminator != 0) return false;
        (long liveSeen, long deletedSeen) = (0, 0);
        while (!walk.IsAtEnd)
        {
            if (!walk.TryEntry(master, masterFields, out StreamId id, out bool isDeleted)) return false;
            if (id < master || id <= last) return false;
            last = id;
            if (isDeleted) deletedSeen++;
            else liveSeen++;
        }
        // A node without live entries is removed: nobody makes one.
        return live == liveSeen && deleted == deletedSeen && live > 0;
    }

    private ref struct Walk
    {
        private readonly ReadOnlySpan<byte> _pack;
        private int _at;
        private int _left;

        internal Walk(ReadOnlySpan<byte> pack, int elements)
        {
            _pack = pack;
            _at = Listpack.First;
            _left = elements;
        }

        internal readonly bool IsAtEnd => _left == 0;

        internal bool TryInteger(out long value)
        {
            value = 0;
            if (_left == 0) return false;
            PackElement element = Listpack.Get(_pack, _at);
            if (!element.IsInteger) return false;
            value = element.Integer;
            return TrySkip(1);
        }

        internal bool TrySkip(long elements)
        {
            if (elements < 0 || elements > _left) return false;
            for (; elements > 0; elements--, _left--) _at = Listpack.Next(_pack, _at);
            return true;
        }

        internal bool TryEntry(StreamId master, long masterFields, out StreamId id, out bool isDeleted)
        {
            isDeleted = false;
            id = default;
            if (!TryInteger(out long flags) || flags is < 0 or > 3) return false;
            isDeleted = (flags & StreamPack.DeletedFlag) != 0;
            if (!TryInteger(out long millis) || !TryInteger(out long sequence)) return false;
            id = new StreamId(master.Millis + (ulong)millis, master.Sequence + (ulong)sequence);
            long content = masterFields;
            long elements = 3;
            if ((flags & StreamPack.SameFieldsFlag) == 0)
            {
                if (!TryInteger(out long fields) || fields < 0 || fields > int.MaxValue / 2) return false;
                content = 2 * fields;
                elements = 4;
            }
            return TrySkip(content) && TryInteger(out long told) && told == elements + content;
        }
    }
}
