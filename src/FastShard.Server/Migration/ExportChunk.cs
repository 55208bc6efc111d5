using FastShard.Memory;

namespace FastShard.Server.Migration;

/// <summary>Whole requests on their way to the target, as one shard has written them.</summary>
internal sealed class ExportChunk : IDisposable
{
    private const int KeptBytes = 256 * 1024;

    public NativeBuffer Bytes { get; } = new(0, BufferUse.Journal);

    /// <summary>How many requests.</summary>
    public int Requests { get; set; }

    /// <summary>Makes it empty for the next use.</summary>
    public void Empty()
    {
        Requests = 0;
        Bytes.Clear();
        if (Bytes.Capacity > KeptBytes) Bytes.Shrink(0);
    }

    public void Dispose() => Bytes.Dispose();
}
