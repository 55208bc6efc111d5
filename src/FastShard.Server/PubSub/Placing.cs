using FastShard.Memory;

namespace FastShard.Server.PubSub;

/// <summary>
/// Where channels are at home. An ordinary one lives on the shard of its name's slot. The channel of a key's events,
/// "__keyspace@0__:key" and those of its fields, lives on the shard of the key, so that an event which happens while
/// the key's shard is held needs no other. Channels of events, "__keyevent@0__:set", are known everywhere, and so are
/// patterns: they change only while every shard is held.
/// </summary>
internal static class Placing
{
    /// <summary>Stands for all shards where the index of one is expected.</summary>
    public const int Everywhere = -1;

    /// <summary>The slot of a channel.</summary>
    public static int SlotOf(ReadOnlySpan<byte> channel)
    {
        if (!channel.StartsWith("__"u8)) return KeySlot.Of(channel);
        int end = channel.IndexOf("__:"u8);
        // The prefix itself begins with two underscores, but no colon follows them.
        if (end <= 0) return KeySlot.Of(channel);
        ReadOnlySpan<byte> rest = channel[(end + 3)..];
        if (channel.StartsWith("__keyspace@"u8) || channel.StartsWith("__subkeyspace@"u8)) return KeySlot.Of(rest);
        if (channel.StartsWith("__subkeyspaceitem@"u8))
        {
            int field = rest.IndexOf((byte)'\n');
            return KeySlot.Of(field < 0 ? rest : rest[..field]);
        }
        if (channel.StartsWith("__subkeyspaceevent@"u8)) return KeySlot.Of(rest[(rest.IndexOf((byte)'|') + 1)..]);
        return KeySlot.Of(channel);
    }

    /// <summary>Whether the channel is known to every shard.</summary>
    public static bool IsEverywhere(ReadOnlySpan<byte> channel) =>
        channel.StartsWith("__keyevent@"u8) || channel.StartsWith("__subkeyevent@"u8);
}
