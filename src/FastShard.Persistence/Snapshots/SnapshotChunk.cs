using FastShard.Memory;
using FastShard.Persistence.Rdb;

namespace FastShard.Persistence.Snapshots;

/// <summary>
/// Some records of one shard, whole ones unless it says that the last goes on in the shard's next chunk. It begins with
/// its database's number, so that the chunks of several shards can follow each other in any order.
/// </summary>
internal sealed class SnapshotChunk : IDisposable
{
    private const int CapacityMin = 64 * 1024;

    /// <summary>The link of the queue.</summary>
    internal SnapshotChunk? Next;

    /// <summary>The records, nothing compressed.</summary>
    public NativeBuffer Records { get; } = new(CapacityMin, BufferUse.Snapshot);

    /// <summary>Where in them texts lie that may be compressed.</summary>
    public TextPlaces Texts { get; } = new();

    /// <summary>The shard that it is of.</summary>
    public int Shard { get; set; }

    /// <summary>Keys in it; one that goes on counts where it ends.</summary>
    public int Keys { get; set; }

    /// <summary>The last record goes on in the shard's next chunk.</summary>
    public bool IsContinued { get; set; }

    /// <summary>It is the last one of its shard.</summary>
    public bool IsLast { get; set; }

    /// <summary>Empties it for other records; what a large value made of it is given back.</summary>
    public void Reset()
    {
        Records.Clear();
        Records.Shrink(SnapshotLimits.ChunkBytes * 2);
        Texts.Clear();
        Keys = 0;
        IsContinued = false;
        IsLast = false;
    }

    /// <inheritdoc/>
    public void Dispose() => Records.Dispose();
}
