namespace FastShard.Memory;

/// <summary>The head of an entry in a <see cref="StreamPack"/>.</summary>
internal readonly struct PackedEntry
{
    private PackedEntry(int at, int flags, StreamId id, int fields, int contentAt)
    {
        At = at;
        Flags = flags;
        Id = id;
        Fields = fields;
        ContentAt = contentAt;
    }

    /// <summary>Where the entry begins.</summary>
    internal int At { get; }

    internal int Flags { get; }

    internal StreamId Id { get; }

    internal int Fields { get; }

    /// <summary>Where its first field or, with the master's fields, its first value is.</summary>
    internal int ContentAt { get; }

    internal bool IsDeleted => (Flags & StreamPack.DeletedFlag) != 0;

    internal bool HasSameFields => (Flags & StreamPack.SameFieldsFlag) != 0;

    internal static PackedEntry Read(ReadOnlySpan<byte> pack, int at, StreamId master, int masterFields)
    {
        int start = at;
        int flags = (int)StreamPack.Integer(pack, at);
        at = Listpack.Next(pack, at);
        ulong millis = master.Millis + (ulong)StreamPack.Integer(pack, at);
        at = Listpack.Next(pack, at);
        ulong sequence = master.Sequence + (ulong)StreamPack.Integer(pack, at);
        at = Listpack.Next(pack, at);
        int fields = masterFields;
        if ((flags & StreamPack.SameFieldsFlag) == 0)
        {
            fields = (int)StreamPack.Integer(pack, at);
            at = Listpack.Next(pack, at);
        }
        return new PackedEntry(start, flags, new StreamId(millis, sequence), fields, at);
    }

    /// <summary>Where the next entry begins.</summary>
    internal int Skip(ReadOnlySpan<byte> pack)
    {
        int at = ContentAt;
        for (int left = HasSameFields ? Fields : 2 * Fields; left > 0; left--) at = Listpack.Next(pack, at);
        return Listpack.Next(pack, at);
    }
}
