using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>What a stream knows of its idempotent producers.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct ProducersBlock
{
    internal int DurationSeconds;
    internal int MaxIds;

    /// <summary>Entries that were ever added with an idempotent id.</summary>
    internal long Added;

    /// <summary>Requests that were found to be repetitions.</summary>
    internal long Duplicates;

    /// <summary>Where the next look for ids that are over begins.</summary>
    internal int Sweep;

    /// <summary><see cref="ProducerBlock"/>.</summary>
    internal NameIndex Producers;
}
