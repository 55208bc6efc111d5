using FastShard.Engine.Sessions;

namespace FastShard.Engine.Keyspaces;

/// <summary>
/// The keys of one shard that sessions WATCH, by database and key hash. Two keys with one 64-bit hash would share a
/// row: EXEC may then fail once too often, never once too rarely.
/// </summary>
public sealed class WatchTable
{
    private readonly Dictionary<ulong, WatchedKey> _rows = [];

    /// <summary>True when nobody watches: the write path then skips the look-up.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Number of watched keys.</summary>
    public int Count => _rows.Count;

    /// <summary>Begins to watch; watching twice is one watch.</summary>
    public void Add(in Key key, Session session)
    {
        int database = key.Home.Index;
        ulong row = RowOf(database, key.Hash);
        if (!_rows.TryGetValue(row, out WatchedKey? watched))
            _rows[row] = watched = new WatchedKey(database, key.Slot, key.Hash, key.Bytes.ToArray());
        if (!watched.Watchers.Contains(session)) watched.Watchers.Add(session);
    }

    /// <summary>Ends one session's watch of one key.</summary>
    public void Remove(int database, ulong hash, Session session)
    {
        ulong row = RowOf(database, hash);
        if (!_rows.TryGetValue(row, out WatchedKey? watched)) return;
        watched.Watchers.Remove(session);
        if (watched.Watchers.Count == 0) _rows.Remove(row);
    }

    /// <summary>The key was changed: breaks the transactions of all that watch it.</summary>
    public void Touch(int database, ulong hash)
    {
        if (_rows.TryGetValue(RowOf(database, hash), out WatchedKey? watched)) Break(watched);
    }

    /// <summary>
    /// A database's content is about to be replaced by another's (null: by nothing): breaks the watches of its keys
    /// that exist before or after.
    /// </summary>
    internal void TouchReplaced(Database content, Database? replacement)
    {
        foreach (WatchedKey watched in _rows.Values)
        {
            if (watched.Database != content.Index) continue;
            if (content.Holds(watched) || replacement?.Holds(watched) == true) Break(watched);
        }
    }

    private static void Break(WatchedKey watched)
    {
        foreach (Session session in watched.Watchers) session.WatchBroken = true;
    }

    private static ulong RowOf(int database, ulong hash) => hash ^ ((ulong)(uint)database * 0x9E3779B97F4A7C15);
}
