using FastShard.SystemTests.Harness;
using FastShard.SystemTests.PubSub;
using Xunit;

namespace FastShard.SystemTests.Tracking;

/// <summary>
/// CLIENT TRACKING: what clients that keep copies of keys are told, and when, on every number of shards. The lines are
/// those of <see cref="Conversation"/>.
/// </summary>
public sealed class TrackingTests
{
    public static readonly string[] OwnConnection =
    [
        "w> SET k 1", "w: +OK", "w> SET other 1", "w: +OK",
        "a> CLIENT TRACKING ON", "a: +OK",
        "a> GET k", "a: $1",
        // Told once: it has to read again to be told again; and not of what it never read.
        "w> INCR other", "w: :2", "w> INCR k", "w: :2", "a: >[$invalidate, *[$k]]",
        "w> INCR k", "w: :3", "a> PING", "a: +PONG",
        "a> MGET k other none", "a: *[$3, $2, (null)]",
        "w> SET none 1", "w: +OK", "a: >[$invalidate, *[$none]]",
        "w> DEL other", "w: :1", "a: >[$invalidate, *[$other]]",
        // Its own changes too, behind their reply.
        "a> INCR k", "a: :4", "a: >[$invalidate, *[$k]]",
        "a> GET k", "a: $4", "w> FLUSHALL", "w: +OK", "a: >[$invalidate, (null)]",
        "a> GET k", "a: (null)", "w> FLUSHDB", "w: +OK", "a: >[$invalidate, (null)]",
        "a> CLIENT TRACKING OFF", "a: +OK", "w> SET k 1", "w: +OK", "a> PING", "a: +PONG",
    ];

    public static readonly string[] Transactions =
    [
        "a> CLIENT TRACKING ON", "a: +OK",
        "a> MULTI", "a: +OK", "a> GET x", "a: +QUEUED", "a> SET x 1", "a: +QUEUED", "a> GET y", "a: +QUEUED",
        "a> EXEC", "a: *[(null), +OK, (null)]", "a: >[$invalidate, *[$x]]",
        "w> SET y 1", "w: +OK", "a: >[$invalidate, *[$y]]",
        "a> LRANGE l 0 -1", "a: *[]", "a> BLMOVE from l LEFT LEFT 0",
        "w> RPUSH from e", "w: :1", "a: $e", "a: >[$invalidate, *[$l]]",
    ];

    public static readonly string[] Redirected =
    [
        "b> SUBSCRIBE __redis__:invalidate", "b: #[$subscribe, $__redis__:invalidate, :1]",
        "a> CLIENT TRACKING ON REDIRECT @b", "a: +OK",
        "a> CLIENT GETREDIR", "a: :@b",
        "a> GET k", "a: (null)", "w> SET k 1", "w: +OK",
    ];

    public static readonly string[] ToldInResp2 =
    [
        .. Redirected, "b: *[$message, $__redis__:invalidate, *[$k]]",
        "w> FLUSHALL", "w: +OK", "b: *[$message, $__redis__:invalidate, (null)]",
        // One who has not subscribed cannot be told.
        "b> UNSUBSCRIBE", "b: *[$unsubscribe, $__redis__:invalidate, :0]",
        "a> GET k", "a: (null)", "w> SET k 1", "w: +OK", "b> PING", "b: +PONG",
    ];

    public static readonly string[] ToldInResp3 =
    [
        .. Redirected, "b: >[$invalidate, *[$k]]",
        "a> GET k", "a: $1", "b> QUIT", "b: +OK",
        "w> SET k 2", "w: +OK", "a: >[$tracking-redir-broken, :@b]",
        "a> CLIENT TRACKINGINFO", "a: %[$flags, ~[$on, $broken_redirect], $redirect, :@b, $prefixes, *[]]",
    ];

    public static readonly string[] ByPrefix =
    [
        "a> CLIENT TRACKING ON BCAST PREFIX user: PREFIX item:", "a: +OK",
        "w> SET user:1 x", "w: +OK", "a: >[$invalidate, *[$user:1]]",
        "w> SET user:1 y", "w: +OK", "a: >[$invalidate, *[$user:1]]",
        "w> SET else x", "w: +OK", "a> GET else", "a: $x", "w> DEL else", "w: :1",
        "w> MSET {item:}1 x item:2 y", "w: +OK", "a: >[$invalidate, *[$item:2]]",
        "a> SET user:1 z", "a: +OK", "a: >[$invalidate, *[$user:1]]",
        "b> CLIENT TRACKING ON BCAST NOLOOP", "b: +OK",
        "b> SET mine 1", "b: +OK", "w> SET theirs 1", "w: +OK", "b: >[$invalidate, *[$theirs]]",
        "a> CLIENT TRACKING ON BCAST PREFIX us",
        "a: -ERR Prefix 'us' overlaps with an existing prefix 'user:'. Prefixes for a single client must not overlap.",
        "a> CLIENT TRACKING ON BCAST PREFIX x PREFIX xy",
        "a: -ERR Prefix 'x' overlaps with another provided prefix 'xy'. Prefixes for a single client must not overlap.",
        "a> CLIENT TRACKINGINFO", "a: %[$flags, ~[$on, $bcast], $redirect, :0, $prefixes, *[$user:, $item:]]",
    ];

    public static readonly string[] OfSpreadKeys =
    [
        "w> SET c 1", "w: +OK", "w> SPREAD c 2", "w: +OK", "w> INCR c", "w: :2",
        "a> CLIENT TRACKING ON", "a: +OK", "a> GET c", "a: $2",
        "w> INCR c", "w: :3", "a: >[$invalidate, *[$c]]",
        "a> GET c", "a: $3", "w> INCRBY c 2", "w: :5", "a: >[$invalidate, *[$c]]",
    ];

    public static readonly string[] Choosing =
    [
        "a> CLIENT CACHING YES",
        "a: -ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT mode " +
            "enabled",
        "a> CLIENT TRACKING ON OPTIN", "a: +OK",
        "a> GET no", "a: (null)", "w> SET no 1", "w: +OK",
        "a> CLIENT CACHING YES", "a: +OK", "a> GET yes", "a: (null)", "a> GET no", "a: $1",
        "w> SET no 2", "w: +OK", "w> SET yes 1", "w: +OK", "a: >[$invalidate, *[$yes]]",
        "a> CLIENT CACHING YES", "a: +OK", "a> MULTI", "a: +OK", "a> GET one", "a: +QUEUED", "a> GET two", "a: +QUEUED",
        "a> EXEC", "a: *[(null), (null)]",
        "w> SET two 1", "w: +OK", "a: >[$invalidate, *[$two]]", "w> SET one 1", "w: +OK", "a: >[$invalidate, *[$one]]",
        "a> CLIENT CACHING NO", "a: -ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
        "b> CLIENT TRACKING ON OPTOUT", "b: +OK",
        "b> CLIENT CACHING NO", "b: +OK", "b> GET no", "b: $2", "b> GET yes", "b: $1",
        "w> SET no 3", "w: +OK", "w> SET yes 2", "w: +OK", "b: >[$invalidate, *[$yes]]",
        "b> CLIENT CACHING YES", "b: -ERR CLIENT CACHING YES is only valid when tracking is enabled in OPTIN mode.",
        "b> CLIENT CACHING maybe", "b: -ERR syntax error",
    ];

    public static readonly string[] Refused =
    [
        "a> CLIENT GETREDIR", "a: :-1",
        "a> CLIENT TRACKINGINFO", "a: %[$flags, ~[$off], $redirect, :-1, $prefixes, *[]]",
        "a> CLIENT TRACKING maybe", "a: -ERR syntax error",
        "a> CLIENT TRACKING ON WHAT", "a: -ERR syntax error",
        "a> CLIENT TRACKING ON PREFIX", "a: -ERR syntax error",
        "a> CLIENT TRACKING ON REDIRECT 999999", "a: -ERR The client ID you want redirect to does not exist",
        "a> CLIENT TRACKING ON REDIRECT @w REDIRECT @w",
        "a: -ERR A client can only redirect to a single other client",
        "a> CLIENT TRACKING ON PREFIX p", "a: -ERR PREFIX option requires BCAST mode to be enabled",
        "a> CLIENT TRACKING ON BCAST OPTIN", "a: -ERR OPTIN and OPTOUT are not compatible with BCAST",
        "a> CLIENT TRACKING ON OPTIN OPTOUT", "a: -ERR You can't specify both OPTIN mode and OPTOUT mode",
        "a> CLIENT TRACKING ON OPTIN", "a: +OK",
        "a> CLIENT TRACKING ON OPTOUT",
        "a: -ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then re-enabling " +
            "it with a different mode.",
        "a> CLIENT TRACKING ON BCAST",
        "a: -ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then re-enabling " +
            "it with a different mode.",
        "a> RESET", "a: +RESET", "a> CLIENT GETREDIR", "a: :-1",
    ];

    [Theory]
    [InlineData(Transports.Epoll, 1), InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void Who_has_read_a_key_is_told_once(string transport, int shards) =>
        Conversation.Play(transport, shards, 3, OwnConnection);

    [Theory]
    [InlineData(Transports.Epoll, 1), InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void News_follow_the_reply_of_what_made_them(string transport, int shards) =>
        Conversation.Play(transport, shards, 3, Transactions);

    [Theory, ClassData(typeof(Shapes))]
    public void Another_client_is_told_instead(string transport, int shards, int protocol) =>
        Conversation.Play(transport, shards, protocol, protocol == 2 ? ToldInResp2 : ToldInResp3);

    [Theory]
    [InlineData(Transports.Epoll, 1), InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void Keys_are_told_by_prefix(string transport, int shards) =>
        Conversation.Play(transport, shards, 3, ByPrefix);

    [Theory]
    [InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4), InlineData(Transports.Pipelines, 2)]
    public void A_key_that_is_spread_is_told_of_too(string transport, int shards) =>
        Conversation.Play(transport, shards, 3, OfSpreadKeys);

    [Theory]
    [InlineData(Transports.Epoll, 1), InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void A_client_may_choose_what_is_tracked(string transport, int shards) =>
        Conversation.Play(transport, shards, 3, Choosing);

    [Theory]
    [InlineData(Transports.Epoll, 1), InlineData(Transports.Epoll, 2), InlineData(Transports.Epoll, 4)]
    [InlineData(Transports.Pipelines, 2)]
    public void What_does_not_go_together_is_refused(string transport, int shards) =>
        Conversation.Play(transport, shards, 3, Refused);
}
