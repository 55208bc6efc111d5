namespace FastShard.Engine.Keyspaces;

/// <summary>
/// A key that sessions WATCH. Its bytes are kept because FLUSHDB and SWAPDB break only watches of keys that exist.
/// </summary>
internal sealed class WatchedKey(int database, int slot, ulong hash, byte[] bytes)
{
    public int Database { get; } = database;

    public int Slot { get; } = slot;

    public ulong Hash { get; } = hash;

    public byte[] Bytes { get; } = bytes;

    public List<Watcher> Watchers { get; } = [];
}
