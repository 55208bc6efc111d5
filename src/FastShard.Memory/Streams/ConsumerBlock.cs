using System.Runtime.InteropServices;

namespace FastShard.Memory;

/// <summary>A consumer of a group.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal unsafe struct ConsumerBlock
{
    internal NamedBlock Named;

    /// <summary>When it last asked for something, milliseconds since 1970.</summary>
    internal long SeenMillis;

    /// <summary>When it last got something; -1 = never.</summary>
    internal long ActiveMillis;

    /// <summary>The ids that it owns of the group's pending ones: bare keys.</summary>
    internal OrderedTree Pending;
}
