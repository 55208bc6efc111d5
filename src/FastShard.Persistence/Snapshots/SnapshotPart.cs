using FastShard.Engine.Keyspaces;
using FastShard.Memory;

namespace FastShard.Persistence.Snapshots;

/// <summary>One shard's part of a logical database as it was at the cut.</summary>
internal sealed class SnapshotPart(Database home, int index)
{
    /// <summary>The database, whatever its number is by now.</summary>
    public Database Home { get; } = home;

    /// <summary>The number that it had at the cut.</summary>
    public int Index { get; } = index;

    /// <summary>Where its entries are: the database's table, or where they went when it was flushed.</summary>
    public KeyTable Table { get; set; } = home.Table;
}
