using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>Notifications that say which fields of a hash an event is about.</summary>
public sealed class FieldEventTests
{
    private static readonly (string Request, string[] Events)[] Story =
    [
        ("HSET h a 1 bb 2", ["hset|1:a,2:bb"]),
        ("HSETNX h a 1", []),
        ("HSETNX h c 3", ["hset|1:c"]),
        ("HMSET h a 2 a 3", ["hset|1:a,1:a"]),
        ("HINCRBY h a 1", ["hincrby|1:a"]),
        ("HINCRBYFLOAT h a 0.5", ["hincrbyfloat|1:a"]),
        ("HDEL h none c", ["hdel|1:c"]),
        ("HEXPIRE h 100 FIELDS 2 a none", ["hexpire|1:a"]),
        ("HPERSIST h FIELDS 2 a bb", ["hpersist|1:a"]),
        ("HGETEX h EX 100 FIELDS 1 bb", ["hexpire|2:bb"]),
        ("HGETEX h PERSIST FIELDS 1 bb", ["hpersist|2:bb"]),
        ("HSETEX h EX 100 FIELDS 1 d 4", ["hset|1:d", "hexpire|1:d"]),
        ("HGETDEL h FIELDS 2 d none", ["hdel|1:d"]),
        ("HPEXPIRE h 0 FIELDS 1 a", ["hdel|1:a"]),
        ("HDEL h bb", ["hdel|2:bb"]),
        ("HIMPORT PREPARE u x yy", []),
        ("HIMPORT SET h u 1 2", ["hset|1:x,2:yy"]),
        ("SET s v", []),
        ("DEL h", []),
    ];

    [Theory, ClassData(typeof(Shapes))]
    public void All_kinds_of_channels_tell_the_same_story(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "STIVh");
        using RespClient byKey = Shapes.Connect(server, protocol);
        using RespClient byEvent = Shapes.Connect(server, protocol);
        using RespClient byField = Shapes.Connect(server, protocol);
        using RespClient byBoth = Shapes.Connect(server, protocol);
        using RespClient byPattern = Shapes.Connect(server, protocol);
        using RespClient writer = server.Connect();
        for (int key = 0; key < 6; key++)
        {
            byKey.Run("SUBSCRIBE", $"__subkeyspace@3__:k{key}");
            byField.Run("SUBSCRIBE", $"__subkeyspaceitem@3__:k{key}\nb");
            byBoth.Run("SUBSCRIBE", $"__subkeyspaceevent@3__:hset|k{key}");
        }
        byEvent.Run("SUBSCRIBE", "__subkeyevent@3__:hset");
        byPattern.Run("PSUBSCRIBE", "__*");
        writer.Run("SELECT", "3");
        for (int key = 0; key < 6; key++)
        {
            writer.Run("HSET", $"k{key}", "a", "1", "b", "2");
            Expect(byKey, $"__subkeyspace@3__:k{key}", "hset|1:a,1:b");
            Expect(byEvent, "__subkeyevent@3__:hset", $"2:k{key}|1:a,1:b");
            Expect(byField, $"__subkeyspaceitem@3__:k{key}\nb", "hset");
            Expect(byBoth, $"__subkeyspaceevent@3__:hset|k{key}", "1:a,1:b");
            Expect(byPattern, $"__subkeyspace@3__:k{key}", "hset|1:a,1:b");
            Expect(byPattern, "__subkeyevent@3__:hset", $"2:k{key}|1:a,1:b");
            Expect(byPattern, $"__subkeyspaceitem@3__:k{key}\na", "hset");
            Expect(byPattern, $"__subkeyspaceitem@3__:k{key}\nb", "hset");
            Expect(byPattern, $"__subkeyspaceevent@3__:hset|k{key}", "1:a,1:b");
        }

        // Where a key with a line end would end in such a channel's name nobody could tell.
        writer.Run("HSET", "k\nk", "a", "1");
        Expect(byPattern, "__subkeyspace@3__:k\nk", "hset|1:a");
        Expect(byPattern, "__subkeyevent@3__:hset", "3:k\nk|1:a");
        Expect(byPattern, "__subkeyspaceevent@3__:hset|k\nk", "1:a");
    }

    [Theory, ClassData(typeof(Shapes))]
    public void Fields_of_commands(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "SA");
        using RespClient listener = Shapes.Connect(server, protocol);
        using RespClient writer = server.Connect();
        Assert.Equal("AS", writer.Run("CONFIG", "GET", "notify-keyspace-events").Elements![1].Text);
        listener.Run("PSUBSCRIBE", "*");
        foreach ((string request, string[] events) in Story)
        {
            Assert.False(writer.Run(request.Split(' ')).IsError, request);
            foreach (string named in events) Expect(listener, "__subkeyspace@0__:h", named);
        }

        writer.Run("PUBLISH", "end", "of story");
        Expect(listener, "end", "of story");
    }

    [Theory, ClassData(typeof(Shapes))]
    public void Fields_that_expire_unseen(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "Th");
        using RespClient listener = Shapes.Connect(server, protocol);
        using RespClient writer = server.Connect();
        listener.Run("SUBSCRIBE", "__subkeyevent@0__:hexpired");
        // A small hash, and one that is no pack.
        writer.Run("HSET", "small", "field", "1", "12", "2");
        writer.Run("HSET", "large", "field", new string('x', 1000));
        writer.Run("HPEXPIRE", "small", "20", "FIELDS", "1", "12");
        Expect(listener, "__subkeyevent@0__:hexpired", "5:small|2:12");
        writer.Run("HPEXPIRE", "large", "20", "FIELDS", "1", "field");
        Expect(listener, "__subkeyevent@0__:hexpired", "5:large|5:field");
    }

    private static void Expect(RespClient listener, string channel, string payload)
    {
        RespValue[] parts = [.. listener.Read().Elements!];
        Assert.Equal($"{channel}: {payload}", $"{parts[^2].Text}: {parts[^1].Text}");
    }
}
