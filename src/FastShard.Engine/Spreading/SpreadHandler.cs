using FastShard.Engine.Commands;
using FastShard.Engine.Keyspaces;

namespace FastShard.Engine.Spreading;

/// <summary>
/// Runs a command on a key that is spread, of a kind that its row names, on any shard. <paramref name="here"/>: that
/// shard's part of the key's database, where what is changed is counted, announced and journalled.
/// </summary>
public delegate void SpreadHandler(ref CommandContext context, SpreadKey spread, Database here);
