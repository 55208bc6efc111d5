// Publishing on one shard. A message is formatted once for each topic it goes to, then appended to the outputs of the
// shard's own clients, and once to a mail for each other shard that has receivers. The mail belongs to this shard, not
// to the worker that happens to hold it, and is posted before the shard is let go: so two messages of one channel can
// not overtake each other, whoever runs their PUBLISH.

using System.Numerics;
using FastShard.Engine.Keyspaces;
using FastShard.Engine.Notifications;
using FastShard.Memory;
using FastShard.Protocol;
using FastShard.Server.Sharding;

namespace FastShard.Server.PubSub;

/// <summary>The channels at home on one shard, and what is published there. Touched by the shard's holder.</summary>
internal sealed class ShardPubSub : IKeyEventListener, IDisposable
{
    private readonly Shard _shard;
    private readonly PubSubDirectory _directory;
    private readonly PushMail?[] _outgoing;
    private readonly ReplyBuffer _message = new();
    private readonly ReplyBuffer _eventChannel = new();
    private readonly List<Topic> _matches = [];
    private ulong _outgoingShards;
    private long _serial;

    public ShardPubSub(Shard shard, PubSubDirectory directory, int shardCount)
    {
        _shard = shard;
        _directory = directory;
        _outgoing = new PushMail?[shardCount];
        Channels = new TopicTable(shard.Index);
        ShardChannels = new TopicTable(shard.Index);
        FieldEvents = new FieldEvents(this);
    }

    public TopicTable Channels { get; }

    public TopicTable ShardChannels { get; }

    /// <summary>K of notify-keyspace-events.</summary>
    public bool AnnouncesByKey { get; set; }

    /// <summary>E of notify-keyspace-events.</summary>
    public bool AnnouncesByEvent { get; set; }

    /// <summary>S, T, I and V of notify-keyspace-events.</summary>
    public FieldEvents FieldEvents { get; }

    /// <summary>PUBLISH; returns the number of receivers.</summary>
    public int Publish(ReadOnlySpan<byte> channel, in Payload payload)
    {
        TopicTable table = Placing.IsEverywhere(channel) ? _directory.Events : Channels;
        int receivers = 0;
        if (table.Find(channel) is { } topic) receivers = Send(TopicKind.Channel, topic, channel, payload);
        if (_directory.Patterns.Count > 0) receivers += PublishToPatterns(channel, payload);
        return receivers;
    }

    /// <summary>SPUBLISH; returns the number of receivers.</summary>
    public int PublishToShardChannel(ReadOnlySpan<byte> channel, in Payload payload) =>
        ShardChannels.Find(channel) is { } topic ? Send(TopicKind.ShardChannel, topic, channel, payload) : 0;

    public void OnKeyEvent(int database, ReadOnlySpan<byte> key, KeyEvent change, ChangedFields fields)
    {
        bool hasPatterns = _directory.Patterns.Count > 0;
        if (AnnouncesByKey && (hasPatterns || Channels.Count > 0))
            Publish(EventChannel("__keyspace@"u8, database, key), new Payload(change.NameBytes));
        if (AnnouncesByEvent && (hasPatterns || _directory.Events.Count > 0))
            Publish(EventChannel("__keyevent@"u8, database, change.NameBytes), new Payload(key));
        if (fields.Count > 0 && (hasPatterns || Channels.Count > 0 || _directory.Events.Count > 0))
            FieldEvents.Publish(database, key, change, fields);
    }

    /// <summary>Posts what is for other shards; before the shard is let go, and before replies leave it.</summary>
    public void PostOutgoing(ShardWorker worker)
    {
        for (; _outgoingShards != 0; _outgoingShards &= _outgoingShards - 1)
        {
            int index = BitOperations.TrailingZeroCount(_outgoingShards);
            worker.Post(worker.Server.Shards[index], _outgoing[index]!);
            _outgoing[index] = null;
        }
    }

    public void Dispose()
    {
        _message.Dispose();
        _eventChannel.Dispose();
        FieldEvents.Dispose();
    }

    private int PublishToPatterns(ReadOnlySpan<byte> channel, in Payload payload)
    {
        _matches.Clear();
        _directory.Patterns.Collect(channel, _matches);
        int receivers = 0;
        foreach (Topic match in _matches) receivers += Send(TopicKind.Pattern, match, channel, payload);
        return receivers;
    }

    private int Send(TopicKind kind, Topic topic, ReadOnlySpan<byte> channel, in Payload payload)
    {
        int receivers = 0;
        ReplyMark start = _message.Mark();
        ReplyMark end = start;
        foreach (Subscription listener in topic.Listeners)
        {
            Subscriber subscriber = listener.Subscriber;
            if (subscriber.IsGone) continue;
            if (receivers++ == 0) end = Format(kind, topic, channel, payload);
            if (ReferenceEquals(subscriber.Home, _shard) && MayPushAtOnce())
                subscriber.Push(_message, start, end);
            else
                MailTo(subscriber.Home.Index).Add(_serial, _message, start, end, listener);
        }
        _message.Clear();
        if (_message.AllocatedBytes > Limits.PooledBufferBytes) _message.Shrink();
        return receivers;
    }

    private ReplyMark Format(TopicKind kind, Topic topic, ReadOnlySpan<byte> channel, in Payload payload)
    {
        _serial++;
        var writer = new ReplyWriter(_message, RespVersion.Resp3);
        writer.Push(kind == TopicKind.Pattern ? 4 : 3);
        writer.Raw(kind switch
        {
            TopicKind.Channel => "$7\r\nmessage\r\n"u8,
            TopicKind.Pattern => "$8\r\npmessage\r\n"u8,
            _ => "$8\r\nsmessage\r\n"u8,
        });
        if (kind == TopicKind.Pattern) writer.Bulk(topic.Name);
        writer.Bulk(channel);
        if (payload.Blob.IsNull) writer.Bulk(payload.Bytes);
        else writer.Blob(payload.Blob);
        return _message.Mark();
    }

    // What is in the mail already was published before, perhaps by the same client on another shard.
    private bool MayPushAtOnce() => !_shard.Mailbox.HasMail && (_outgoingShards & _shard.Bit) == 0;

    private PushMail MailTo(int shard)
    {
        _outgoingShards |= 1UL << shard;
        return _outgoing[shard] ??= _directory.Mails.Get();
    }

    private ReadOnlySpan<byte> EventChannel(ReadOnlySpan<byte> prefix, int database, ReadOnlySpan<byte> rest)
    {
        if (_eventChannel.AllocatedBytes > Limits.PooledBufferBytes) _eventChannel.Shrink();
        _eventChannel.Clear();
        ReplyMark start = _eventChannel.Mark();
        _eventChannel.Append(prefix);
        Span<byte> number = stackalloc byte[Numbers.MaxInt64Bytes];
        _eventChannel.Append(number[..Numbers.FormatInt64(database, number)]);
        _eventChannel.Append("__:"u8);
        _eventChannel.Append(rest);
        return _eventChannel.Since(start);
    }
}
