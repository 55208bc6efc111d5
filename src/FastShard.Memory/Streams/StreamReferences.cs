namespace FastShard.Memory;

/// <summary>What happens to the deliveries of an entry that is to be removed.</summary>
public enum StreamReferences : byte
{
    /// <summary>They stay pending, without their entry.</summary>
    Keep,

    /// <summary>They are forgotten in all groups.</summary>
    Delete,

    /// <summary>The entry is only removed once every group has had it and acknowledged it.</summary>
    Acknowledged,
}
