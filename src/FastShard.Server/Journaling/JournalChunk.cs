using FastShard.Engine.Effects;
using FastShard.Memory;

namespace FastShard.Server.Journaling;

/// <summary>What one shard, or one command of several shards, gives to the log at once. Used again and again.</summary>
internal sealed class JournalChunk : IDisposable
{
    // What one large value made is given back; there are hundreds of these.
    private const int KeptBytes = 64 * 1024;

    /// <summary>The effects.</summary>
    public NativeBuffer Effects { get; private set; } = new(0, BufferUse.Journal);

    /// <summary>To be done when everything before it is written; null = nothing.</summary>
    public Action? Cut { get; set; }

    /// <summary>The bytes are of the replicas' stream already (what a primary sent), and not for the disk.</summary>
    public bool IsRaw { get; set; }

    /// <summary>Takes a journal's effects, and gives it an empty buffer.</summary>
    public void TakeFrom(EffectJournal journal) => Effects = journal.Exchange(Effects);

    /// <summary>Makes it empty for the next use.</summary>
    public void Empty()
    {
        Cut = null;
        IsRaw = false;
        Effects.Clear();
        if (Effects.Capacity > KeptBytes) Effects.Shrink(0);
    }

    public void Dispose() => Effects.Dispose();
}
