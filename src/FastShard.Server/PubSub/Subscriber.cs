// What a client that subscribes has beyond an ordinary one: its subscriptions, and pushes that have to wait. It is an
// object of its own, and not the connection, because connections are recycled while other shards may still hold
// subscriptions and mail of the old life. A client that has gone is skipped by everybody, and is taken off the topics
// bit by bit.

using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Clients;
using FastShard.Server.Sharding;
using FastShard.Server.Tracking;

namespace FastShard.Server.PubSub;

/// <summary>The subscribing side of one connection. Touched by the holder of the connection's shard.</summary>
internal sealed class Subscriber
{
    // About what one subscription takes besides the name, here and in its topic.
    private const int SubscriptionBytes = 250;

    private readonly Connection _client;
    private ReplyBuffer? _waiting;
    private ReplyMark _waitingStart;
    private long _nameBytes;
    private volatile bool _isGone;

    public Subscriber(Connection client)
    {
        _client = client;
        Home = client.Home;
        int shards = client.Server.Shards.Length;
        Channels = new SubscriptionSet(shards);
        Patterns = new SubscriptionSet(shards);
        ShardChannels = new SubscriptionSet(shards);
    }

    /// <summary>The connection's shard.</summary>
    public Shard Home { get; }

    /// <summary>
    /// The connection is closed or was reset: nothing is delivered any more. Readable from any shard.
    /// </summary>
    public bool IsGone => _isGone;

    /// <summary>It is gone, or goes as soon as its last reply is out.</summary>
    public bool IsLeaving => _isGone || _client.ClosesAfterReply;

    /// <summary>What is pushed to it is told apart from replies.</summary>
    public bool SpeaksResp3 => _client.Version != RespVersion.Resp2;

    public SubscriptionSet Channels { get; }

    public SubscriptionSet Patterns { get; }

    public SubscriptionSet ShardChannels { get; }

    /// <summary>Listens to anything.</summary>
    public bool IsSubscribed => Channels.Count + Patterns.Count + ShardChannels.Count > 0;

    /// <summary>About the memory of its subscriptions and of pushes that wait.</summary>
    public long AllocatedBytes =>
        ((long)(Channels.Count + Patterns.Count + ShardChannels.Count) * SubscriptionBytes) + _nameBytes
        + (_waiting?.Length ?? 0);

    public SubscriptionSet Of(TopicKind kind) => kind switch
    {
        TopicKind.Channel => Channels,
        TopicKind.Pattern => Patterns,
        _ => ShardChannels,
    };

    /// <summary>What confirmations of this kind count.</summary>
    public int CountFor(TopicKind kind) =>
        kind == TopicKind.ShardChannel ? ShardChannels.Count : Channels.Count + Patterns.Count;

    /// <summary>Subscribes, if it is not subscribed yet; the topic's place is held.</summary>
    public void Join(TopicKind kind, Topic topic)
    {
        if (Of(kind).TryAdd(topic, this)) _nameBytes += topic.Name.Length;
    }

    /// <summary>Unsubscribes, if it is subscribed; the topic's place is held.</summary>
    public void Quit(TopicKind kind, Topic topic)
    {
        if (Of(kind).TryRemove(topic)) _nameBytes -= topic.Name.Length;
    }

    /// <summary>
    /// A message lies between two marks of <paramref name="source"/>, in the form of RESP3. It goes behind all that the
    /// client is owed: while a command of it runs or is under way on another shard, it waits.
    /// </summary>
    public void Push(ReplyBuffer source, ReplyMark from, ReplyMark to)
    {
        if (from.BlobPosition == to.BlobPosition)
        {
            Push(source.Between(from, to));
            return;
        }
        if (_isGone || _client.ClosesAfterReply) return;
        ReplyBuffer target = Open();
        ReplyMark start = target.Mark();
        target.AppendRange(source, from, to);
        // The two protocols differ in the first byte only.
        if (_client.Version == RespVersion.Resp2) target.Overwrite(start, "*"u8);
    }

    /// <summary>The same for a message that is one run of bytes.</summary>
    public void Push(ReadOnlySpan<byte> message)
    {
        if (_isGone || _client.ClosesAfterReply) return;
        ReplyBuffer target = Open();
        Span<byte> room = target.Reserve(message.Length);
        message.CopyTo(room);
        if (_client.Version == RespVersion.Resp2) room[0] = (byte)'*';
        target.Commit(message.Length);
    }

    /// <summary>Lets pushes go that had to wait for a reply.</summary>
    public void ReleaseWaiting()
    {
        if (_waiting is not { Length: > 0 }) return;
        _client.Output.AppendRange(_waiting, _waitingStart, _waiting.Mark());
        _waiting.Clear();
        if (_waiting.AllocatedBytes > Limits.PooledBufferBytes) _waiting.Shrink();
        Home.Pushed.Add(_client);
    }

    /// <summary>
    /// Before it unsubscribes: what was published until now is still delivered. The shards in question are held.
    /// </summary>
    public void CatchUp(ShardWorker worker)
    {
        foreach (Shard shard in worker.Server.Shards)
        {
            if (worker.Holds(shard)) worker.PostOutgoing(shard);
        }
        for (Mail? mail = Home.Mailbox.Peek(); mail is not null; mail = mail.Next)
        {
            if (mail is PushMail pushes) pushes.DeliverTo(this);
            else if (mail is InvalidationMail news) news.DeliverTo(worker, this);
        }
        // A transaction's replies are one array, which no push may break.
        if (!_client.Transaction.IsOpen) ReleaseWaiting();
    }

    /// <summary>
    /// The connection closes or is reset. Its subscriptions end in portions, by mail to the shards and, for what every
    /// shard knows, by the worker at the ends of its turns.
    /// </summary>
    public void Leave(ShardWorker worker)
    {
        _isGone = true;
        _waiting?.Dispose();
        _waiting = null;
        foreach (TopicKind kind in (ReadOnlySpan<TopicKind>)[TopicKind.Channel, TopicKind.ShardChannel])
        {
            SubscriptionSet set = Of(kind);
            foreach (Shard shard in _client.Server.Shards)
            {
                if (set.Take(shard.Index) is { Count: > 0 } left) worker.Post(shard, new DepartureMail(left));
            }
        }
        if (Channels.Take(Placing.Everywhere) is { Count: > 0 } events) worker.Departures.Add(events);
        if (Patterns.Take(Placing.Everywhere) is { Count: > 0 } patterns) worker.Departures.Add(patterns);
    }

    // Where the next push goes.
    private ReplyBuffer Open()
    {
        if (_client.IsRunning || _client.Batch is { Outstanding: > 0 }) return Waiting();
        Home.Pushed.Add(_client);
        return _client.Output;
    }

    private ReplyBuffer Waiting()
    {
        _waiting ??= new ReplyBuffer();
        if (_waiting.Length == 0) _waitingStart = _waiting.Mark();
        return _waiting;
    }

}
