using FastShard.Memory;

namespace FastShard.Engine.Streams;

/// <summary>
/// How far a group has come in the life of its stream. The count of entries read is kept while nothing behind the group
/// was deleted by name; else it can sometimes be told from the stream's ends, and sometimes not at all.
/// </summary>
internal static class GroupProgress
{
    /// <summary>Entries that were added up to an id; -1 if that cannot be told.</summary>
    public static long CountTo(scoped in StreamEntries entries, StreamId id)
    {
        if (entries.EntriesAdded == 0) return 0;
        if (entries.Length == 0 && id <= entries.LastId) return entries.EntriesAdded;
        if (id == entries.LastId) return entries.EntriesAdded;
        if (id > entries.LastId) return StreamGroup.UnknownRead;
        bool isWhole = entries.MaxDeletedId.IsZero || entries.MaxDeletedId < entries.FirstId;
        if (!isWhole || id > entries.FirstId) return StreamGroup.UnknownRead;
        return entries.EntriesAdded - entries.Length + (id == entries.FirstId ? 1 : 0);
    }

    /// <summary>Entries that a group has still before it; false if that cannot be told.</summary>
    public static bool TryGetLag(scoped in StreamEntries entries, scoped in StreamGroup group, out long lag)
    {
        lag = 0;
        if (entries.EntriesAdded == 0 || entries.Length == 0) return true;
        if (group.LastId < entries.FirstId && entries.MaxDeletedId < entries.FirstId)
        {
            lag = entries.Length;
            return true;
        }
        long read = group.EntriesRead;
        if (read == StreamGroup.UnknownRead || HasGapsBehind(entries, group.LastId))
            read = CountTo(entries, group.LastId);
        lag = entries.EntriesAdded - read;
        return read != StreamGroup.UnknownRead;
    }

    /// <summary>A group has read on to an entry.</summary>
    public static void Advance(scoped in StreamEntries entries, scoped in StreamGroup group, StreamId id)
    {
        StreamGroup advanced = group;
        bool isKnown = group.EntriesRead != StreamGroup.UnknownRead
            && group.LastId >= entries.FirstId && !HasGapsBehind(entries, group.LastId);
        if (isKnown) advanced.EntriesRead++;
        else if (entries.EntriesAdded > 0) advanced.EntriesRead = CountTo(entries, id);
        advanced.LastId = id;
    }

    private static bool HasGapsBehind(scoped in StreamEntries entries, StreamId id) =>
        entries.Length > 0 && !entries.MaxDeletedId.IsZero && entries.FirstId <= entries.MaxDeletedId
        && id <= entries.MaxDeletedId;
}
