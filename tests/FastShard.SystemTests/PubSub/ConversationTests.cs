using FastShard.SystemTests.Harness;
using Xunit;

namespace FastShard.SystemTests.PubSub;

/// <summary>
/// What each command of pub/sub answers, and what listeners hear, on every number of shards and in both protocols. In
/// <see cref="Conversation"/> "#" stands for the mark of a push, which is an array in RESP2.
/// </summary>
public sealed class ConversationTests
{
    public static readonly string[] Channels =
    [
        "a> SUBSCRIBE one two one",
        "a: #[$subscribe, $one, :1]", "a: #[$subscribe, $two, :2]", "a: #[$subscribe, $one, :2]",
        "b> SUBSCRIBE one", "b: #[$subscribe, $one, :1]",
        "p> PUBLISH one hello", "p: :2", "a: #[$message, $one, $hello]", "b: #[$message, $one, $hello]",
        "p> PUBLISH two there", "p: :1", "a: #[$message, $two, $there]",
        "p> PUBLISH three nobody", "p: :0",
        "p> PUBSUB NUMSUB one two three", "p: *[$one, :2, $two, :1, $three, :0]",
        "p> PUBSUB CHANNELS t*", "p: *[$two]",
        "a> UNSUBSCRIBE one never", "a: #[$unsubscribe, $one, :1]", "a: #[$unsubscribe, $never, :1]",
        "p> PUBLISH one again", "p: :1", "b: #[$message, $one, $again]",
        "a> UNSUBSCRIBE", "a: #[$unsubscribe, $two, :0]",
        "a> UNSUBSCRIBE", "a: #[$unsubscribe, (null), :0]",
        "p> PUBSUB CHANNELS", "p: *[$one]",
        "p> PUBSUB CHANNELS a b",
        "p: -ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB HELP.",
    ];

    public static readonly string[] Patterns =
    [
        "a> PSUBSCRIBE news.* *.art news.*",
        "a: #[$psubscribe, $news.*, :1]", "a: #[$psubscribe, $*.art, :2]", "a: #[$psubscribe, $news.*, :2]",
        "a> SUBSCRIBE news.tv", "a: #[$subscribe, $news.tv, :3]",
        "b> PSUBSCRIBE h[ae]llo", "b: #[$psubscribe, $h[ae]llo, :1]",
        "p> PUBLISH news.tv 1", "p: :2",
        "a: #[$message, $news.tv, $1]", "a: #[$pmessage, $news.*, $news.tv, $1]",
        "p> PUBLISH hallo 2", "p: :1", "b: #[$pmessage, $h[ae]llo, $hallo, $2]",
        "p> PUBLISH hillo 3", "p: :0",
        "p> PUBSUB NUMPAT", "p: :3",
        "a> PUNSUBSCRIBE news.*", "a: #[$punsubscribe, $news.*, :2]",
        "p> PUBLISH pop.art 4", "p: :1", "a: #[$pmessage, $*.art, $pop.art, $4]",
        "a> PUNSUBSCRIBE", "a: #[$punsubscribe, $*.art, :1]",
        "a> PUNSUBSCRIBE", "a: #[$punsubscribe, (null), :1]",
        "p> PUBSUB NUMPAT", "p: :1",
    ];

    public static readonly string[] ShardChannels =
    [
        "a> SSUBSCRIBE {s}1 {s}2", "a: #[$ssubscribe, ${s}1, :1]", "a: #[$ssubscribe, ${s}2, :2]",
        "b> SUBSCRIBE {s}1", "b: #[$subscribe, ${s}1, :1]",
        "p> SPUBLISH {s}1 x", "p: :1", "a: #[$smessage, ${s}1, $x]",
        "p> PUBLISH {s}1 y", "p: :1", "b: #[$message, ${s}1, $y]",
        "p> PUBSUB SHARDCHANNELS *2", "p: *[${s}2]",
        "p> PUBSUB SHARDNUMSUB {s}1 none", "p: *[${s}1, :1, $none, :0]",
        "a> SUNSUBSCRIBE {s}1", "a: #[$sunsubscribe, ${s}1, :1]",
        "a> SUNSUBSCRIBE", "a: #[$sunsubscribe, ${s}2, :0]",
        "a> SUNSUBSCRIBE", "a: #[$sunsubscribe, (null), :0]",
        "p> SPUBLISH {s}1 z", "p: :0",
    ];

    public static readonly string[] SubscribedInResp2 =
    [
        "a> SUBSCRIBE c", "a: #[$subscribe, $c, :1]",
        "a> GET k",
        "a: -ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in " +
            "this context",
        "a> CONFIG GET port",
        "a: -ERR Can't execute 'config|get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are " +
            "allowed in this context",
        "a> PING", "a: *[$pong, $]",
        "a> PING hi", "a: *[$pong, $hi]",
        "a> UNSUBSCRIBE c", "a: #[$unsubscribe, $c, :0]",
        "a> PING", "a: +PONG",
        "a> SSUBSCRIBE c", "a: #[$ssubscribe, $c, :1]",
        "a> RESET", "a: +RESET",
        "a> PING", "a: +PONG",
        "p> SPUBLISH c x", "p: :0",
    ];

    public static readonly string[] SubscribedInResp3 =
    [
        "a> SUBSCRIBE c", "a: #[$subscribe, $c, :1]",
        "a> GET k", "a: (null)",
        "a> PING", "a: +PONG",
        // Its own message comes behind the reply.
        "a> PUBLISH c self", "a: :1", "a: #[$message, $c, $self]",
        "a> MULTI", "a: +OK",
        "a> PUBLISH c 1", "a: +QUEUED", "a> PUBLISH c 2", "a: +QUEUED", "a> PING", "a: +QUEUED",
        "a> EXEC", "a: *[:1, :1, +PONG]", "a: #[$message, $c, $1]", "a: #[$message, $c, $2]",
        "a> CLIENT REPLY OFF", "p> PUBLISH c quiet", "p: :1", "a: #[$message, $c, $quiet]",
        "a> SUBSCRIBE d", "a: #[$subscribe, $d, :2]",
        "a> CLIENT REPLY ON", "a: +OK",
        "a> RESET", "a: +RESET",
        "p> PUBLISH c x", "p: :0",
    ];

    public static readonly string[] InsideMulti =
    [
        "a> MULTI", "a: +OK", "a> SUBSCRIBE c", "a: +QUEUED", "a> EXEC", "a: *[#[$subscribe, $c, :1]]",
        "p> MULTI", "p: +OK", "p> PUBLISH c 1", "p: +QUEUED", "p> PUBLISH c 2", "p: +QUEUED",
        "p> EXEC", "p: *[:1, :1]", "a: #[$message, $c, $1]", "a: #[$message, $c, $2]",
        "p> SUBSCRIBE", "p: -ERR wrong number of arguments for 'subscribe' command",
        "p> PUBLISH c", "p: -ERR wrong number of arguments for 'publish' command",
    ];

    [Theory, ClassData(typeof(Shapes))]
    public void Channels_and_who_listens(string transport, int shards, int protocol) =>
        Conversation.Play(transport, shards, protocol, Channels);

    [Theory, ClassData(typeof(Shapes))]
    public void Patterns_of_channels(string transport, int shards, int protocol) =>
        Conversation.Play(transport, shards, protocol, Patterns);

    [Theory, ClassData(typeof(Shapes))]
    public void Shard_channels(string transport, int shards, int protocol) =>
        Conversation.Play(transport, shards, protocol, ShardChannels);

    [Theory, ClassData(typeof(Shapes))]
    public void Transactions(string transport, int shards, int protocol) =>
        Conversation.Play(transport, shards, protocol, InsideMulti);

    [Theory, ClassData(typeof(Shapes))]
    public void What_a_subscribed_client_may_do(string transport, int shards, int protocol) =>
        Conversation.Play(transport, shards, protocol, protocol == 2 ? SubscribedInResp2 : SubscribedInResp3);
}
