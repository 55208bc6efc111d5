namespace FastShard.Server.Transactions;

/// <summary>One watched key, as the watching side remembers it.</summary>
internal sealed record WatchedKey(int Database, ulong Hash, int Slot, int Shard, byte[] Key);
