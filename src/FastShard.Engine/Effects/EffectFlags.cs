namespace FastShard.Engine.Effects;

/// <summary>What an effect's header says besides its length and database.</summary>
[Flags]
public enum EffectFlags : byte
{
    None = 0,

    /// <summary>The first of several effects that are replayed together or not at all.</summary>
    OpensBlock = 1,

    /// <summary>The last of them.</summary>
    ClosesBlock = 2,

    /// <summary>It changes no data (a message): replicas get it, and files do not.</summary>
    ForReplicas = 4,
}
