using FastShard.Engine.Sessions;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// The keys of one shard that sessions WATCH, by database and key hash. Two keys with one 64-bit hash would share a
/// row: EXEC may then fail once too often, never once too rarely.
/// </summary>
public sealed class WatchTable
{
    private readonly Dictionary<ulong, List<Session>> _watchers = [];

    /// <summary>True when nobody watches: the write path then skips the look-up.</summary>
    public bool IsEmpty => _watchers.Count == 0;

    /// <summary>Number of watched keys.</summary>
    public int Count => _watchers.Count;

    /// <summary>Begins to watch; watching twice is one watch.</summary>
    public void Add(int database, ulong hash, Session session)
    {
        ulong row = RowOf(database, hash);
        if (!_watchers.TryGetValue(row, out List<Session>? sessions)) _watchers[row] = sessions = [];
        if (!sessions.Contains(session)) sessions.Add(session);
    }

    /// <summary>Ends one session's watch of one key.</summary>
    public void Remove(int database, ulong hash, Session session)
    {
        ulong row = RowOf(database, hash);
        if (!_watchers.TryGetValue(row, out List<Session>? sessions)) return;
        sessions.Remove(session);
        if (sessions.Count == 0) _watchers.Remove(row);
    }

    /// <summary>The key was changed: breaks the transactions of all that watch it.</summary>
    public void Touch(int database, ulong hash)
    {
        if (!_watchers.TryGetValue(RowOf(database, hash), out List<Session>? sessions)) return;
        foreach (Session session in sessions) session.WatchBroken = true;
    }

    private static ulong RowOf(int database, ulong hash) => hash ^ ((ulong)(uint)database * 0x9E3779B97F4A7C15);
}
