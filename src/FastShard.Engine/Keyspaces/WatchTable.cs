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

    /// <summary>
    /// Begins to watch; false for a key that the session watches already. <paramref name="isExpired"/>: the key is
    /// there, but its deadline has passed.
    /// </summary>
    public bool TryAdd(in Key key, Session session, bool isExpired)
    {
        int database = key.Home.Index;
        ulong row = RowOf(database, key.Hash);
        if (!_rows.TryGetValue(row, out WatchedKey? watched))
            _rows[row] = watched = new WatchedKey(database, key.Slot, key.Hash, key.Bytes.ToArray());
        // Of two keys in one row both are watched: the session has to know of the second one too.
        if (!watched.Watchers.Exists(watcher => ReferenceEquals(watcher.Session, session)))
            watched.Watchers.Add(new Watcher(session, isExpired));
        else if (key.Bytes.SequenceEqual(watched.Bytes)) return false;
        return true;
    }

    /// <summary>Whether anybody watches the key.</summary>
    public bool Contains(int database, ulong hash) => _rows.ContainsKey(RowOf(database, hash));

    /// <summary>
    /// True while the key counts as expired already for this session's watch, so that expiring is no change.
    /// </summary>
    public bool CountsAsExpired(int database, ulong hash, Session session) =>
        _rows.TryGetValue(RowOf(database, hash), out WatchedKey? watched)
        && watched.Watchers.Exists(watcher => ReferenceEquals(watcher.Session, session) && watcher.WasExpired);

    /// <summary>Ends one session's watch of one key.</summary>
    public void Remove(int database, ulong hash, Session session)
    {
        ulong row = RowOf(database, hash);
        if (!_rows.TryGetValue(row, out WatchedKey? watched)) return;
        watched.Watchers.RemoveAll(watcher => ReferenceEquals(watcher.Session, session));
        if (watched.Watchers.Count == 0) _rows.Remove(row);
    }

    /// <summary>The key was changed: breaks the transactions of all that watch it.</summary>
    public void Touch(int database, ulong hash)
    {
        if (!_rows.TryGetValue(RowOf(database, hash), out WatchedKey? watched)) return;
        foreach (Watcher watcher in watched.Watchers) watcher.Session.WatchBroken = true;
    }

    /// <summary>
    /// An expired key was removed: no change for those who found it expired when they began to watch.
    /// </summary>
    public void TouchExpired(int database, ulong hash)
    {
        if (!_rows.TryGetValue(RowOf(database, hash), out WatchedKey? watched)) return;
        foreach (Watcher watcher in watched.Watchers)
        {
            if (watcher.WasExpired) watcher.WasExpired = false;
            else watcher.Session.WatchBroken = true;
        }
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
            bool existed = content.Holds(watched, out _);
            bool isExpired = false;
            bool exists = replacement?.Holds(watched, out isExpired) == true;
            foreach (Watcher watcher in watched.Watchers) Replace(watcher, existed, exists, isExpired);
        }
    }

    // A key whose deadline has passed counts as missing, before and after.
    private static void Replace(Watcher watcher, bool existed, bool exists, bool isExpired)
    {
        bool isMissingAfter = !exists || isExpired;
        if ((watcher.WasExpired || !existed) && isMissingAfter) watcher.WasExpired = exists;
        else watcher.Session.WatchBroken = true;
    }

    private static ulong RowOf(int database, ulong hash) => hash ^ ((ulong)(uint)database * 0x9E3779B97F4A7C15);
}
