using System.Text;
using FastShard.Server.PubSub;
using FastShard.Server.Sharding;

namespace FastShard.Server.Tracking;

/// <summary>
/// What clients of one shard are to forget, as another shard (or the same) found out. Filled while its shard of origin
/// is held and posted before that is let go, behind the parcels with what those clients have read there: so a reply
/// never comes after the news that it is out of date.
/// </summary>
internal sealed class InvalidationMail(InvalidationMailPool pool) : Mail
{
    private const int KeptBytes = 64 * 1024;

    private readonly List<Notice> _notices = [];
    private byte[] _keys = new byte[512];
    private byte[] _message = new byte[512];
    private int _length;
    private long _serial = -1;
    private int _lastStart;

    /// <summary>Nothing is in it.</summary>
    public bool IsEmpty => _notices.Count == 0;

    /// <summary>
    /// The keys of one change, an array in the form of the protocol, are for this client. Those of one change share a
    /// serial number and are kept once.
    /// </summary>
    public void AddKeys(Tracker tracker, Subscriber target, long serial, ReadOnlySpan<byte> keys)
    {
        if (serial != _serial)
        {
            if (_length + keys.Length > _keys.Length)
                Array.Resize(ref _keys, Math.Max(_keys.Length * 2, _length + keys.Length));
            keys.CopyTo(_keys.AsSpan(_length));
            _lastStart = _length;
            _length += keys.Length;
            _serial = serial;
        }
        _notices.Add(new Notice(tracker, target, InvalidationKind.Keys, _lastStart, keys.Length));
    }

    /// <summary>News without keys.</summary>
    public void Add(Tracker tracker, Subscriber target, InvalidationKind kind) =>
        _notices.Add(new Notice(tracker, target, kind, 0, 0));

    internal override void Deliver(ShardWorker worker, Shard shard)
    {
        foreach (Notice notice in _notices) Tell(worker, notice);
        _notices.Clear();
        if (_keys.Length > KeptBytes) _keys = new byte[512];
        if (_message.Length > KeptBytes) _message = new byte[512];
        _length = 0;
        _serial = -1;
        pool.Return(this);
    }

    /// <summary>Tells what one client is to hear, ahead of the rest.</summary>
    public void DeliverTo(ShardWorker worker, Subscriber subscriber)
    {
        for (int index = 0; index < _notices.Count; index++)
        {
            if (!ReferenceEquals(_notices[index].Target, subscriber)) continue;
            Tell(worker, _notices[index]);
            _notices.RemoveAt(index--);
        }
    }

    private void Tell(ShardWorker worker, in Notice notice)
    {
        if (notice.Target.IsLeaving)
        {
            // It went while this was on its way.
            bool isRedirected = notice.Kind != InvalidationKind.BrokenRedirect && notice.Tracker.Redirect is not null;
            if (isRedirected) TellBroken(worker, notice.Tracker);
            return;
        }
        bool isResp3 = notice.Target.SpeaksResp3;
        if (notice.Kind == InvalidationKind.BrokenRedirect)
        {
            if (isResp3) notice.Target.Push(Encoding.ASCII.GetBytes(BrokenText(notice.Tracker.RedirectId)));
            return;
        }
        ReadOnlySpan<byte> head = ">2\r\n$10\r\ninvalidate\r\n"u8;
        if (!isResp3)
        {
            // In RESP2 only a client that listens can be told, as of a message in a channel of this name.
            if (notice.Tracker.Redirect is null || !notice.Target.IsSubscribed) return;
            head = "*3\r\n$7\r\nmessage\r\n$20\r\n__redis__:invalidate\r\n"u8;
        }
        ReadOnlySpan<byte> rest = notice.Kind == InvalidationKind.Keys
            ? _keys.AsSpan(notice.Start, notice.Length)
            : isResp3 ? "_\r\n"u8 : "*-1\r\n"u8;
        int length = head.Length + rest.Length;
        if (_message.Length < length) _message = new byte[Math.Max(length, _message.Length * 2)];
        head.CopyTo(_message);
        rest.CopyTo(_message.AsSpan(head.Length));
        notice.Target.Push(_message.AsSpan(0, length));
    }

    private void TellBroken(ShardWorker worker, Tracker tracker)
    {
        tracker.IsRedirectBroken = true;
        InvalidationMail mail = pool.Get();
        mail.Add(tracker, tracker.Own, InvalidationKind.BrokenRedirect);
        worker.Post(worker.Server.Shards[tracker.Own.Home.Index], mail);
    }

    private static string BrokenText(long redirectId) => $">2\r\n$21\r\ntracking-redir-broken\r\n:{redirectId}\r\n";

    private readonly record struct Notice(
        Tracker Tracker, Subscriber Target, InvalidationKind Kind, int Start, int Length);
}
