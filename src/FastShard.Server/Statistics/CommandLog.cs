namespace FastShard.Server.Statistics;

/// <summary>
/// One shard's newest entries of one kind. The server's log is the newest of all shards' entries together, so each
/// shard keeps as many as the whole log may have.
/// </summary>
public sealed class CommandLog
{
    private readonly Queue<CommandLogEntry> _entries = new();

    /// <summary>Adds an entry and drops the oldest above <paramref name="limit"/>.</summary>
    public void Add(CommandLogEntry entry, long limit)
    {
        _entries.Enqueue(entry);
        Trim(limit);
    }

    public void Trim(long limit)
    {
        while (_entries.Count > limit) _entries.Dequeue();
    }

    public void Clear() => _entries.Clear();

    /// <summary>The newest entries of several shards, newest first, at most <paramref name="limit"/>.</summary>
    public static List<CommandLogEntry> Newest(IEnumerable<CommandLog> logs, long limit)
    {
        List<CommandLogEntry> all = [];
        foreach (CommandLog log in logs) all.AddRange(log._entries);
        all.Sort(static (left, right) => right.Id.CompareTo(left.Id));
        if (all.Count > limit) all.RemoveRange((int)limit, all.Count - (int)limit);
        return all;
    }
}
