using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>Keyspace notifications as clients get them, wherever the key and the listener live.</summary>
public sealed class KeyEventTests
{
    private static readonly (string Request, string[] Events)[] Story =
    [
        ("SET {a} 1", ["{a} new", "{a} set"]),
        ("SET {a} 2 EX 100", ["{a} overwritten", "{a} set", "{a} expire"]),
        ("GET {a}nothing", ["{a}nothing keymiss"]),
        ("EXISTS {a}nothing", ["{a}nothing keymiss"]),
        ("OBJECT ENCODING {a}nothing", []),
        ("INCR {a}", ["{a} incrby"]),
        ("APPEND {a} x", ["{a} append"]),
        ("SETRANGE {a} 0 y", ["{a} setrange"]),
        ("PERSIST {a}", ["{a} persist"]),
        ("RENAME {a} {a}b", ["{a}b new", "{a} rename_from", "{a}b rename_to"]),
        ("COPY {a}b {a}c", ["{a}c new", "{a}c copy_to"]),
        ("COPY {a}b {a}c REPLACE", ["{a}c new", "{a}c overwritten", "{a}c copy_to"]),
        ("MOVE {a}c 1", ["{a}c new", "{a}c move_from", "{a}c move_to"]),
        ("EXPIRE {a}b 0", ["{a}b del"]),
        ("DEL {a}b {a}zz", []),
        ("SETEX {a} 100 v", ["{a} new", "{a} set", "{a} expire"]),
        ("GETEX {a} PERSIST", ["{a} persist"]),
        ("GETDEL {a}", ["{a} del"]),
        ("SETBIT {a} 1 1", ["{a} new", "{a} setbit"]),
        ("BITOP NOT {a} {a}", ["{a} overwritten", "{a} set"]),
        ("UNLINK {a}", ["{a} del"]),
        ("SADD {a}s 1 2", ["{a}s new", "{a}s sadd"]),
        ("SUNIONSTORE {a}s {a}s", ["{a}s overwritten", "{a}s sunionstore"]),
        ("SET {a} v", ["{a} new", "{a} set"]),
        ("SUNIONSTORE {a} {a}s", ["{a} overwritten", "{a} type_changed", "{a} sunionstore"]),
        ("SORT {a}s STORE {a}", ["{a} overwritten", "{a} type_changed", "{a} sortstore"]),
        ("ZADD {a}z 1 m", ["{a}z new", "{a}z zadd"]),
        ("ZUNIONSTORE {a} 1 {a}z", ["{a} overwritten", "{a} type_changed", "{a} zunionstore"]),
        ("SET {a} v", ["{a} overwritten", "{a} type_changed", "{a} set"]),
        ("RENAME {a}s {a}", ["{a} new", "{a} overwritten", "{a} type_changed", "{a}s rename_from", "{a} rename_to"]),
    ];

    [Theory, ClassData(typeof(Shapes))]
    public void Both_kinds_of_channels_tell_the_same_story(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "KEA");
        using RespClient byKey = Shapes.Connect(server, protocol);
        using RespClient byEvent = Shapes.Connect(server, protocol);
        using RespClient byPattern = Shapes.Connect(server, protocol);
        using RespClient writer = server.Connect();
        for (int key = 0; key < 8; key++) byKey.Run("SUBSCRIBE", $"__keyspace@3__:k{key}");
        byEvent.Run("SUBSCRIBE", "__keyevent@3__:set");
        byPattern.Run("PSUBSCRIBE", "__key*__:*");
        writer.Run("SELECT", "3");
        for (int key = 0; key < 8; key++)
        {
            writer.Run("SET", $"k{key}", "v");
            Expect(byKey, protocol, $"[$message, $__keyspace@3__:k{key}, $set]");
            Expect(byEvent, protocol, $"[$message, $__keyevent@3__:set, $k{key}]");
            Expect(byPattern, protocol, $"[$pmessage, $__key*__:*, $__keyspace@3__:k{key}, $set]");
            Expect(byPattern, protocol, $"[$pmessage, $__key*__:*, $__keyevent@3__:set, $k{key}]");
        }
    }

    [Theory, ClassData(typeof(Shapes))]
    public void Events_of_commands(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "KAnmoc");
        using RespClient listener = Shapes.Connect(server, protocol);
        using RespClient writer = server.Connect();
        listener.Run("PSUBSCRIBE", "*");
        foreach ((string request, string[] events) in Story)
        {
            Assert.False(writer.Run(request.Split(' ')).IsError, request);
            foreach (string named in events)
            {
                RespValue heard = listener.Read();
                string channel = heard.Elements![2].Text!;
                string key = channel[(channel.IndexOf("__:", StringComparison.Ordinal) + 3)..];
                Assert.Equal($"{request}: {named}", $"{request}: {key} {heard.Elements[3].Text}");
            }
        }

        writer.Run("PUBLISH", "end", "of story");
        Assert.Equal("end", listener.Read().Elements![2].Text);
    }

    [Theory, ClassData(typeof(Shapes))]
    public void Keys_that_expire_unseen_or_are_evicted(string transport, int shards, int protocol)
    {
        using FastShardServer server = Shapes.Start(transport, shards, "--notify-keyspace-events", "Exe");
        using RespClient listener = Shapes.Connect(server, protocol);
        using RespClient writer = server.Connect();
        listener.Run("SUBSCRIBE", "__keyevent@0__:expired");
        listener.Run("SUBSCRIBE", "__keyevent@0__:evicted");
        for (int key = 0; key < 4; key++) writer.Run("SET", $"short{key}", "v", "PX", "20");
        string[] gone = [.. Enumerable.Range(0, 4).Select(_ => listener.Read().Elements![2].Text!)];
        Assert.Equal(["short0", "short1", "short2", "short3"], gone.Order(StringComparer.Ordinal));
        writer.Run("SET", "victim", "v");
        writer.Run("CONFIG", "SET", "maxmemory-policy", "allkeys-lru", "maxmemory", "1");
        Expect(listener, protocol, "[$message, $__keyevent@0__:evicted, $victim]");
    }

    [Fact]
    public void Classes_can_be_changed_while_the_server_runs()
    {
        using FastShardServer server = Shapes.Start(Transports.Epoll, 2);
        using RespClient listener = server.Connect();
        using RespClient writer = server.Connect();
        listener.Run("PSUBSCRIBE", "__key*");
        writer.Run("SET", "k", "before");
        Assert.Equal("OK", writer.Run("CONFIG", "SET", "notify-keyspace-events", "Kg$").Text);
        writer.Run("SET", "k", "v");
        Assert.Equal("set", listener.Read().Elements![3].Text);
        Assert.Equal("OK", writer.Run("CONFIG", "SET", "notify-keyspace-events", "Eg").Text);
        writer.Run("SET", "k", "v");
        writer.Run("DEL", "k");
        Assert.Equal("__keyevent@0__:del", listener.Read().Elements![2].Text);
        Assert.Equal("gE", writer.Run("CONFIG", "GET", "notify-keyspace-events").Elements![1].Text);
        Assert.Equal("OK", writer.Run("CONFIG", "SET", "notify-keyspace-events", "oKc").Text);
        Assert.Equal("ocK", writer.Run("CONFIG", "GET", "notify-keyspace-events").Elements![1].Text);
        Assert.True(writer.Run("CONFIG", "SET", "notify-keyspace-events", "KQ").IsError);
    }

    private static void Expect(RespClient client, int protocol, string expected) =>
        Assert.Equal((protocol == 3 ? ">" : "*") + expected, client.Read().ToString());
}
