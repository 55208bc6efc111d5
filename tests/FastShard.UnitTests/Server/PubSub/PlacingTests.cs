using FastShard.Memory;
using FastShard.Server.PubSub;
using Xunit;

namespace FastShard.UnitTests.Server.PubSub;

public sealed class PlacingTests
{
    [Fact]
    public void The_channel_of_a_key_s_events_is_at_home_with_the_key()
    {
        Assert.Equal(KeySlot.Of("user:1"u8), Placing.SlotOf("__keyspace@0__:user:1"u8));
        Assert.Equal(KeySlot.Of("a__:b"u8), Placing.SlotOf("__keyspace@15__:a__:b"u8));
        Assert.Equal(KeySlot.Of("x{tag}y"u8), Placing.SlotOf("__keyspace@0__:z{tag}"u8));
        Assert.Equal(KeySlot.Of(""u8), Placing.SlotOf("__keyspace@0__:"u8));
    }

    [Fact]
    public void The_channels_of_a_key_s_fields_are_at_home_with_the_key()
    {
        int slot = KeySlot.Of("user:1"u8);
        Assert.Equal(slot, Placing.SlotOf("__subkeyspace@0__:user:1"u8));
        Assert.Equal(slot, Placing.SlotOf("__subkeyspaceitem@3__:user:1\nna\nme"u8));
        Assert.Equal(slot, Placing.SlotOf("__subkeyspaceevent@0__:hset|user:1"u8));
        Assert.Equal(KeySlot.Of("a|b"u8), Placing.SlotOf("__subkeyspaceevent@0__:hset|a|b"u8));
        Assert.Equal(slot, Placing.SlotOf("__subkeyspaceitem@3__:user:1"u8));
    }

    [Fact]
    public void Other_channels_are_where_a_key_of_their_name_would_be()
    {
        Assert.Equal(KeySlot.Of("news"u8), Placing.SlotOf("news"u8));
        Assert.Equal(KeySlot.Of("__keyspace@0"u8), Placing.SlotOf("__keyspace@0"u8));
    }

    [Fact]
    public void Channels_of_events_are_everywhere()
    {
        Assert.True(Placing.IsEverywhere("__keyevent@0__:set"u8));
        Assert.True(Placing.IsEverywhere("__subkeyevent@0__:hset"u8));
        Assert.False(Placing.IsEverywhere("__keyspace@0__:set"u8));
        Assert.False(Placing.IsEverywhere("__subkeyspaceevent@0__:hset|k"u8));
    }
}
