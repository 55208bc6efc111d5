namespace FastShard.Server.Transactions;

/// <summary>
/// One watched key. A key whose deadline had passed when it was watched does not break EXEC by vanishing.
/// </summary>
internal sealed record WatchedKey(int Database, ulong Hash, int Slot, int Shard, byte[] Key, bool WasExpired);
