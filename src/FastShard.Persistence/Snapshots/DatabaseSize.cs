using FastShard.Engine.Keyspaces;

namespace FastShard.Persistence.Snapshots;

/// <summary>How many keys a logical database has, and how many of them a deadline.</summary>
internal readonly record struct DatabaseSize(int Index, long Keys, long VolatileKeys)
{
    /// <summary>Of all databases that have keys; every shard is held.</summary>
    public static DatabaseSize[] OfAll(Dataset dataset)
    {
        List<DatabaseSize> sizes = [];
        for (int index = 0; index < dataset.DatabaseCount; index++)
        {
            long keys = 0;
            long volatileKeys = 0;
            foreach (Keyspace keyspace in dataset.Keyspaces)
            {
                keys += keyspace.Existing(index)?.Table.Count ?? 0;
                volatileKeys += keyspace.Existing(index)?.Table.VolatileCount ?? 0;
            }
            if (keys > 0) sizes.Add(new DatabaseSize(index, keys, volatileKeys));
        }
        return [.. sizes];
    }
}
