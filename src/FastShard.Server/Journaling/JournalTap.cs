namespace FastShard.Server.Journaling;

/// <summary>Reads the effects of shards that are held, each behind its header.</summary>
internal delegate void JournalTap(ReadOnlySpan<byte> effects);
