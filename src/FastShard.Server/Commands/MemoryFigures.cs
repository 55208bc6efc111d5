using FastShard.Memory;
using FastShard.Native.Host;
using FastShard.Server.Sharding;

namespace FastShard.Server.Commands;

/// <summary>
/// Where the process's memory is, in bytes, at one instant. "Used" is native memory: the data, and the buffers of
/// clients. The managed heap holds none of either; it is told beside.
/// </summary>
internal sealed class MemoryFigures
{
    /// <summary>Everything that is counted: data, tables, client buffers.</summary>
    public long Used { get; private init; }

    /// <summary>Most that was ever used.</summary>
    public long Peak { get; private init; }

    /// <summary>Used when the server began to listen.</summary>
    public long Startup { get; private init; }

    /// <summary>Entries, values and indexes of all databases.</summary>
    public long Dataset { get; private init; }

    /// <summary>Receive and reply buffers, queued transactions.</summary>
    public long Clients { get; private init; }

    /// <summary>Effects on their way to the append-only file; none of what maxmemory limits, as in Redis.</summary>
    public long Journal { get; private init; }

    /// <summary>Records of a snapshot on their way to its file; nor these.</summary>
    public long Snapshot { get; private init; }

    /// <summary>Bytes handed out by the shards' heaps.</summary>
    public long Allocated { get; private init; }

    /// <summary>Bytes the shards' heaps have from the system.</summary>
    public long Mapped { get; private init; }

    public long Resident { get; private init; }

    /// <summary>The machine's memory, or the container's share of it.</summary>
    public long System { get; private init; }

    public long Managed { get; private init; }

    public long ManagedCommitted { get; private init; }

    public long Keys { get; private init; }

    /// <summary>What is used for other things than the data.</summary>
    public long Overhead => Used - Dataset;

    public double FragmentationRatio => Ratio(Mapped, Allocated);

    public static MemoryFigures Take(FastShardServer server)
    {
        long allocated = 0;
        long mapped = 0;
        long keys = 0;
        foreach (Shard shard in server.Shards)
        {
            allocated += shard.Keyspace.Heap.UsedBytes;
            mapped += shard.Keyspace.Heap.MappedBytes;
            for (int index = 0; index < server.Dataset.DatabaseCount; index++)
                keys += shard.Keyspace.Existing(index)?.Table.Count ?? 0;
        }
        long used = server.MemoryPeak.Measure();
        GCMemoryInfo managed = GC.GetGCMemoryInfo();
        return new MemoryFigures
        {
            Used = used,
            Peak = server.MemoryPeak.Bytes,
            Startup = server.MemoryPeak.StartupBytes,
            Dataset = Math.Max(0, used - server.MemoryPeak.StartupBytes - ClientBytes() - FileBytes()),
            Clients = ClientBytes(),
            Journal = NativeBuffer.BytesOf(BufferUse.Journal),
            Snapshot = NativeBuffer.BytesOf(BufferUse.Snapshot),
            Allocated = allocated,
            Mapped = mapped,
            Resident = ProcessUsage.ResidentBytes(),
            System = managed.TotalAvailableMemoryBytes,
            Managed = GC.GetTotalMemory(forceFullCollection: false),
            ManagedCommitted = managed.TotalCommittedBytes,
            Keys = keys,
        };
    }

    /// <summary>Bytes in buffers on the way to files.</summary>
    public static long FileBytes() =>
        NativeBuffer.BytesOf(BufferUse.Journal) + NativeBuffer.BytesOf(BufferUse.Snapshot);

    /// <summary>Bytes in buffers of clients.</summary>
    public static long ClientBytes() => NativeBuffer.BytesOf(BufferUse.Clients) + ReplyBuffer.TotalBytes;

    public static double Ratio(long part, long whole) => whole <= 0 ? 0 : part / (double)whole;
}
