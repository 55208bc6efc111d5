namespace FastShard.Server.HotKeys;

/// <summary>A key with a large value, or one that was answered with a large reply.</summary>
internal sealed class LargestKey
{
    public ulong Id { get; set; }

    public long Bytes { get; set; }

    public int Slot { get; set; }

    public int Database { get; set; }

    public byte[] Name { get; set; } = [];

    /// <summary>When it was met last, milliseconds since 1970.</summary>
    public long SeenMillis { get; set; }
}
