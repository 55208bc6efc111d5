using FastShard.Memory;
using FastShard.Server.Sharding;

namespace FastShard.Server.PubSub;

/// <summary>
/// Messages from one shard for clients of another: the bytes of each once, and who gets them. Filled while its shard
/// of origin is held, and posted before that is let go, so that messages arrive in the order of their publishing.
/// </summary>
internal sealed class PushMail(PushMailPool pool) : Mail
{
    private readonly List<Message> _messages = [];
    private readonly List<Subscription?> _receivers = [];
    private long _serial;

    // Each message's bytes once; the mail is pooled for as long as the server lives.
    private ReplyBuffer Bytes { get; } = new();

    /// <summary>Nothing is in it.</summary>
    public bool IsEmpty => _messages.Count == 0;

    /// <summary>Adds a receiver of the message with that number, which lies between two marks.</summary>
    public void Add(long serial, ReplyBuffer source, ReplyMark from, ReplyMark to, Subscription receiver)
    {
        if (serial != _serial)
        {
            ReplyMark start = Bytes.Mark();
            Bytes.AppendRange(source, from, to);
            _messages.Add(new Message(start, Bytes.Mark(), _receivers.Count));
            _serial = serial;
        }
        _receivers.Add(receiver);
    }

    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        for (int index = 0; index < _messages.Count; index++)
        {
            Message message = _messages[index];
            int end = index + 1 < _messages.Count ? _messages[index + 1].FirstReceiver : _receivers.Count;
            for (int receiver = message.FirstReceiver; receiver < end; receiver++)
            {
                if (_receivers[receiver] is { IsOver: false } listener)
                    listener.Subscriber.Push(Bytes, message.Start, message.End);
            }
        }
        Clear();
        pool.Return(this);
    }

    /// <summary>Delivers what one client is to get, ahead of the rest.</summary>
    public void DeliverTo(Subscriber subscriber)
    {
        for (int index = 0; index < _messages.Count; index++)
        {
            Message message = _messages[index];
            int end = index + 1 < _messages.Count ? _messages[index + 1].FirstReceiver : _receivers.Count;
            for (int receiver = message.FirstReceiver; receiver < end; receiver++)
            {
                if (_receivers[receiver] is not { IsOver: false } listener) continue;
                if (!ReferenceEquals(listener.Subscriber, subscriber)) continue;
                subscriber.Push(Bytes, message.Start, message.End);
                _receivers[receiver] = null;
            }
        }
    }

    private void Clear()
    {
        Bytes.Clear();
        if (Bytes.AllocatedBytes > Limits.PooledBufferBytes) Bytes.Shrink();
        _messages.Clear();
        _receivers.Clear();
        _serial = 0;
    }

    private readonly record struct Message(ReplyMark Start, ReplyMark End, int FirstReceiver);
}
